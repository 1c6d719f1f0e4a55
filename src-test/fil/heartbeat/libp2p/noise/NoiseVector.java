package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.Identity;
import java.util.HexFormat;
import java.util.List;

/** One whole handshake with fixed keys, and its bytes. */
final class NoiseVector {
  static final String YAMUX = "/yamux/1.0.0";

  static final byte[] INITIATOR_IDENTITY =
      hex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8");
  static final String INITIATOR_PEER = "12D3KooWA4Xop1JaT3MHxwYMkCepYsv4iPVopMXwCz5iHYdBfeSB";
  static final byte[] RESPONDER_IDENTITY =
      hex("29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7");
  static final String RESPONDER_PEER = "12D3KooWCd3eX8r5ihRvzK7P1yPq5aakaBJhG5GNj18YTztPhoCa";
  static final byte[] INITIATOR_STATIC =
      hex("79a631eede1bf9c98f12032cdeadd0e7a079398fc786b88cc846ec89af85a51a");
  static final byte[] RESPONDER_STATIC =
      hex("493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d");
  static final byte[] RESPONDER_PAYLOAD =
      hex(
          "0a240801122029acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd71240"
              + "7066c79ecbf242f731af7337769f1dadfbf2ec44b3f2a5d2e828e03454802a18c3112027e6d87cae"
              + "d2d0e58b7d3555f426325054023d86f9cf88460f2b011808220e120c2f79616d75782f312e302e30");
  static final byte[] INITIATOR_PAYLOAD =
      hex(
          "0a240801122003a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b81240"
              + "f8523b76df7c27b21d62a201e51353822217ec94e980b001fe13c295abc64444617d12814db2ba22"
              + "4afa0bf67c5f479e952e6bdd3aeedd0b8ea79369b5a6ae04220e120c2f79616d75782f312e302e30");
  static final byte[] MESSAGE_1 =
      hex("675dd574ed7789310b3d2e7681f3790b466c773b1521fecf36577958371ea52f");
  static final byte[] MESSAGE_2 =
      hex(
          "605a725d2a4adfeeb1a29e17edd621c1b7593ee8cdbc44ac6c4ab6e2f805d23cf6cee5f1111678a2"
              + "ffcc9db40937573bcf83b06f402bdd88f6108a67232108adcf6f23165ad83bb4aed993b02b9eb073"
              + "ab502cd8596b5705c33b27f67670624f5dc0f17b7d2adc8bb660a4410c3210e505df623cfeecc8da"
              + "78a99b2a9c3ce06d020334bfffbee618e92757066a30c497922f28a703c678dfb49204bac64bf962"
              + "d3665be74d295f8ce132051d3ee03f4c26b23d94d4359df63772b23f215f688a766cc764b6c3f308"
              + "4887e73e7f64c49b479d31d5e4afc8cc");
  static final byte[] MESSAGE_3 =
      hex(
          "5243da933f3d72200be582808c0aa22058b27dc7760f0af85e2b96cb1ba4d34cef721a07ab7b78af"
              + "7cca886dc357cc28a73c67edd50f060fcc02ef1efb28db6e219a2f68a0310cbb6c7f36b463557296"
              + "6ae7bc8c5f1cfd492cfbb53404d8ab2e106b05a39ce18aabd34a607cecbfa878fa55017bcffda67e"
              + "fc6e01e0f591e6909b5b2eed5d0f0d2eb03967d6bf25c4309e00e9b0b19a59d11dcab3027b87251d"
              + "f5113671e496af913e0cee452c8fa35058e7a365c7394dd9");
  static final byte[] FINAL_HASH =
      hex("c6167193fcc1c4ea8f0376ac87a6a03615dcbd89131d24e6cfb1cc1770104de7");
  static final byte[] INITIATOR_KEY =
      hex("86123b8bc8fa5ada37562cd644116e5b6994abcfbfa66b19540f2d8780cbcf59");
  static final byte[] RESPONDER_KEY =
      hex("0c6cc243a14f7e119699be1a98df4d1a4295eb67b58e18cffb42192f34c5eae8");
  static final byte[] INITIATOR_PLAINTEXT = hex("000100010000000100000000");
  static final byte[] INITIATOR_CIPHERTEXT =
      hex("6dea338426128cbe0bb45fd65fafef617702fde307ed32a97fe53f4d");
  static final byte[] RESPONDER_PLAINTEXT = hex("000100020000000100000000");
  static final byte[] RESPONDER_CIPHERTEXT =
      hex("dc159d01a1a146809f7471a444e1c0235324e2c2010bd031aed24af7");

  private static final Identity INITIATOR = identity(0x00, INITIATOR_IDENTITY);
  private static final Identity RESPONDER = identity(0x20, RESPONDER_IDENTITY);
  private static final NoiseStatic INITIATOR_SIDE =
      NoiseStatic.create(INITIATOR, List.of(YAMUX), key(0x40));
  private static final NoiseStatic RESPONDER_SIDE =
      NoiseStatic.create(RESPONDER, List.of(YAMUX), key(0x80));

  private NoiseVector() {}

  static Identity initiatorIdentity() {
    return INITIATOR;
  }

  static Identity responderIdentity() {
    return RESPONDER;
  }

  static NoiseStatic initiatorStatic() {
    return INITIATOR_SIDE;
  }

  static NoiseStatic responderStatic() {
    return RESPONDER_SIDE;
  }

  static NoiseHandshake initiator() {
    return NoiseHandshake.initiator(initiatorStatic(), responderIdentity().peerId(), key(0x60));
  }

  static NoiseHandshake responder() {
    return NoiseHandshake.responder(responderStatic(), key(0xa0));
  }

  static DhKey key(int first) {
    return new DhKey(ascending(first));
  }

  static byte[] ascending(int first) {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static Identity identity(int firstOfSeed, byte[] publicKey) {
    HexFormat hex = HexFormat.of();
    return Identity.fromProtobuf(
        hex("08011240" + hex.formatHex(ascending(firstOfSeed)) + hex.formatHex(publicKey)));
  }
}
