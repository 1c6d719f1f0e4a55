package fil.heartbeat.api.access;

/** The right that a route requires of its callers. */
public enum Need {
  /** Nothing. */
  NOTHING,
  /** Nothing, except that another site's page must not send the request for a user. */
  LOGIN,
  /** To read: any token, or none where reading is open to all. */
  READ,
  /** To read, by a request with a body; not from another site's page. */
  ASK,
  /** Any token. */
  LOGOUT,
  /** A token with the right to make changes. */
  CHANGE
}
