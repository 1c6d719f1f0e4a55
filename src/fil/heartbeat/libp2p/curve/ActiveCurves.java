package fil.heartbeat.libp2p.curve;

/** The process' choice, one for all hosts as a native library is. */
final class ActiveCurves {
  private static volatile Curves now = new PortableCurves();

  private ActiveCurves() {}

  static Curves now() {
    return now;
  }

  static void use(Curves curves) {
    now = curves;
  }
}
