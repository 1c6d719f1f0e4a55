package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import java.util.List;
import java.util.Optional;

/** The format of one type of HTTP receiver. Pure: the same notification gives the same bytes. */
interface Format {

  /** Appended to the path of the configured URL. */
  default String path() {
    return "";
  }

  /**
   * The requests for the notification, in order.
   *
   * @param secret the configured secret, as currently read
   */
  List<HttpMessage> messages(Notification notification, Optional<String> secret);
}
