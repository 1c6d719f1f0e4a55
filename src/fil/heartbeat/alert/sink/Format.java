package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import java.util.List;
import java.util.Optional;

/** The format of one type of HTTP receiver. Pure: the same notification gives the same bytes. */
interface Format {

  /**
   * Where the requests go.
   *
   * @param url the configured one, as currently read
   * @param secret the configured secret, as currently read
   * @throws IllegalArgumentException when they cannot be used; the message shows neither
   */
  default HttpTarget target(String url, Optional<String> secret) {
    return HttpTarget.of(url, "");
  }

  /**
   * The requests for the notification, in order.
   *
   * @param secret the configured secret, as currently read
   */
  List<HttpMessage> messages(Notification notification, Optional<String> secret);

  /** What the answer means, where this type of receiver says more than a status. */
  default Reading read(HttpResult answer) {
    return Reading.BY_STATUS;
  }
}
