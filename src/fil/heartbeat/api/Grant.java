package fil.heartbeat.api;

/**
 * What a token allows.
 *
 * @param name of the token, for the log
 * @param admin whether it may change things, or only read
 */
record Grant(String name, boolean admin) {}
