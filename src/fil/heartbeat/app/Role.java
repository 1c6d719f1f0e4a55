package fil.heartbeat.app;

import fil.heartbeat.config.Config;
import io.vertx.core.Future;
import java.util.List;

/** A section of the config, with everything that runs for it; idle while the section is absent. */
interface Role {

  /**
   * Completes when all of it runs, or at once without such a section. After a failure {@link #stop}
   * stops the parts that run.
   */
  Future<Void> start();

  /** Lines for standard output, once every role is up. */
  List<String> ready();

  /**
   * Applies what needs no restart. Never fails: a part with a fault is logged, keeps its old state,
   * and is tried again with the next change.
   *
   * @param running the config that the process runs with
   * @param wanted the config to apply; sections that need a restart are as in {@code running}
   * @return {@code running} with the parts that this role has applied
   */
  Future<Config> reload(Config running, Config wanted);

  /** Stops the parts that run; also after a failed start, and twice. */
  Future<Void> stop();
}
