package fil.heartbeat.fleet;

/**
 * How many nodes of a network run a release.
 *
 * @param client program, such as {@code lotus}
 * @param release version without its build
 */
public record Release(String client, String release, int nodes) {}
