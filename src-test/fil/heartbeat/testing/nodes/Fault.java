package fil.heartbeat.testing.nodes;

/** What can be wrong with an answer, whatever the node. */
public enum Fault {
  /** Code 1 and a text that a lookup gives, not an unknown method. */
  NOT_FOUND_TEXT,
  ERROR_OBJECT,
  NULL_RESULT,
  WRONG_TYPE,
  PANIC,
  /** After 8 s. */
  LATE,
  NEVER,
  BYTE_A_SECOND,
  /** Half of the answer, and then the connection ends. */
  CUT,
  /** 30 MB. */
  HUGE,
  /** Compressed, whether asked to or not. */
  GZIP,
  /** A kilobyte that unfolds to 30 MB. */
  GZIP_BOMB,
  HTML_200,
  HTML_403,
  HTML_502,
  /** Forest's filter of methods. */
  FILTERED,
  MOVED_301,
  MOVED_302,
  MOVED_307,
  MOVED_308,
  TOO_MANY,
  TOO_MANY_SECONDS,
  TOO_MANY_DATE,
  TOO_MANY_WORDS,
  SERVER_BUSY,
  CONNECTION_LIMITED,
  /** A good answer, after which the connection is closed. */
  CONNECTION_CLOSE
}
