package fil.heartbeat.app;

import fil.heartbeat.config.Config;
import io.vertx.core.Future;
import java.util.List;

/** A section of the config that is on, and all that runs for it. */
interface Role {

  /**
   * Done when all of it is up, or when the config has no such section. After a failure {@link
   * #stop} takes down what is up.
   */
  Future<Void> start();

  /** Lines for standard output, once every role is up. */
  List<String> ready();

  /**
   * Applies what it can without a restart. Never fails: what is at fault is logged, keeps what it
   * had, and is tried again with the next change.
   *
   * @param running what the process runs with now
   * @param wanted what it should run with; sections that need a restart are as in {@code running}
   * @return {@code running} with what this role runs with from now on
   */
  Future<Config> reload(Config running, Config wanted);

  /** Takes down what is up; also after a start that failed half way, and twice. */
  Future<Void> stop();
}
