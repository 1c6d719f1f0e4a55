package fil.heartbeat.api.access;

/** What a route asks of who uses it. */
public enum Need {
  /** Nothing. */
  NOTHING,
  /** Nothing but that the page of another server does not ask it in somebody's name. */
  LOGIN,
  /** That it may read: any token, or none where reading is for all. */
  READ,
  /** As to read, by a request that says more than fits into an address; no other page's. */
  ASK,
  /** Any token. */
  LOGOUT,
  /** A token that may change things. */
  CHANGE
}
