package fil.heartbeat.api;

import fil.heartbeat.config.HttpConfig;

/**
 * Where the API listens, who may use it, and what it tells of this program.
 *
 * @param version of this program, as it is told
 */
public record ApiSettings(HttpConfig http, String version) {

  /** Plain HTTP, open to everyone who reaches it; port 0 picks a free one. */
  public ApiSettings(String host, int port, String version) {
    this(new HttpConfig(host, port, HttpConfig.MAX_NODE_SERIES), version);
  }
}
