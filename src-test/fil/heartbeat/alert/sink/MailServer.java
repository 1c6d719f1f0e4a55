package fil.heartbeat.alert.sink;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** A real mail server, on its own port, that stores what it gets. */
final class MailServer implements AutoCloseable {
  static final String USER = "beats";

  /**
   * One mail.
   *
   * @param to recipients of the envelope
   * @param raw unchanged
   */
  record Got(String from, List<String> to, String raw) {
    MimeMessage parsed() {
      try {
        return new MimeMessage(
            null, new ByteArrayInputStream(raw.getBytes(StandardCharsets.UTF_8)));
      } catch (MessagingException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final List<String> logins = new CopyOnWriteArrayList<>();
  private final SMTPServer server;
  private volatile String password = "right";
  private volatile int refusal;
  private volatile List<String> unknown = List.of();

  MailServer(UnaryOperator<SMTPServer.Builder> how) {
    server =
        how.apply(
                SMTPServer.port(0)
                    .bindAddress(InetAddress.getLoopbackAddress())
                    .hostName("mail.example")
                    .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory(this::login))
                    .messageHandlerFactory(context -> new Letter()))
            .build();
    server.start();
  }

  private void login(String user, String word, MessageContext context) throws LoginFailedException {
    logins.add(user + ":" + word);
    if (!user.equals(USER) || !word.equals(password)) {
      throw new LoginFailedException("no such user, or another password than " + word);
    }
  }

  /** One mail in transfer. */
  private final class Letter implements MessageHandler {
    private final List<String> to = new ArrayList<>();
    private String from = "";

    @Override
    public void from(String sender) {
      from = sender;
    }

    @Override
    public void recipient(String recipient) throws RejectException {
      if (unknown.contains(recipient)) {
        throw new RejectException(550, "nobody of that name");
      }
      to.add(recipient);
    }

    @Override
    public String data(InputStream data) throws RejectException, IOException {
      String raw = new String(data.readAllBytes(), StandardCharsets.UTF_8);
      if (refusal != 0) {
        throw new RejectException(refusal, "not now");
      }
      got.add(new Got(from, List.copyOf(to), raw));
      return "taken";
    }

    @Override
    public void done() {}
  }

  int port() {
    return server.getPortAllocated();
  }

  List<Got> got() {
    return got;
  }

  List<String> logins() {
    return logins;
  }

  void password(String next) {
    password = next;
  }

  /** Rejects mails with an SMTP code; 0 for none. */
  void refuse(int code) {
    refusal = code;
  }

  /** Rejects some recipients. */
  void unknown(String... addresses) {
    unknown = List.of(addresses);
  }

  @Override
  public void close() {
    server.stop();
  }
}
