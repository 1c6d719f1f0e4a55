package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import java.util.List;
import java.util.Optional;

/** What one type of HTTP receiver gets. Pure: the same notification gives the same bytes. */
interface Format {

  /** What is added to the path of the configured URL. */
  default String path() {
    return "";
  }

  /**
   * The requests that tell it, in their order.
   *
   * @param secret of the configuration, as it is now
   */
  List<HttpMessage> messages(Notification notification, Optional<String> secret);
}
