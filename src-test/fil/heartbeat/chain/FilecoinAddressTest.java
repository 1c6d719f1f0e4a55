package fil.heartbeat.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vectors: tests of filecoin-project/go-address; the delegated one is the zero Ethereum address.
 */
class FilecoinAddressTest {

  @ParameterizedTest
  @CsvSource({
    "t00,0,00",
    "t01,0,01",
    "t010,0,0a",
    "t0150,0,9601",
    "t01024,0,8008",
    "t0999999,0,bf843d",
    "t09223372036854775807,0,ffffffffffffffff7f",
    "t24vg6ut43yw2h2jqydgbg2xq7x6f4kub3bg6as6i,2,e54dea4f9bc5b47d261819826d5e1fbf8bc5503b",
    "t3vvmn62lofvhjd2ugzca6sof2j2ubwok6cj4xxbfzz4yuxfkgobpihhd2thlanmsh3w2ptld2gqkn2jvlss4a,3,"
        + "ad58df696e2d4e91ea86c881e938ba4ea81b395e12797b84b9cf314b9546705e839c7a99d606b247ddb4f9ac"
        + "7a3414dd",
    "t410faaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaonc6iji,4,0a0000000000000000000000000000000000000000"
  })
  void everyProtocolIsRead(String text, int protocol, String payload) {
    FilecoinAddress address = FilecoinAddress.parse(text);
    assertThat(address.protocol()).isEqualTo(protocol);
    assertThat(HexFormat.of().formatHex(address.payload())).isEqualTo(payload);
    assertThat(address.mainnet()).isFalse();
    assertThat(address).hasToString(text);
    FilecoinAddress mainnet = FilecoinAddress.parse("f" + text.substring(1));
    assertThat(mainnet.mainnet()).isTrue();
    assertThat(mainnet).isNotEqualTo(address);
    assertThat(mainnet.payload()).isEqualTo(address.payload());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t15ihq5ibzwki2b4ep2f46avlkrqzhpqgtga7pdrq",
        "t12fiakbhe2gwd5cnmrenekasyn6v5tnaxaqizq6a",
        "t1wbxhu3ypkuo6eyp6hjx6davuelxaxrvwb2kuwva",
        "t1xtwapqc6nh4si2hcwpr3656iotzmlwumogqbuaa",
        "t1xcbgdhkgkwht3hrrnui3jdopeejsoatkzmoltqy",
        "t17uoq6tp427uzv7fztkbsnn64iwotfrristwpryy",
        "f25nml2cfbljvn4goqtclhifepvfnicv6g7mfmmvq",
        "f2nuqrg7vuysaue2pistjjnt3fadsdzvyuatqtfei",
        "f24dd4ox4c2vpf5vk5wkadgyyn6qtuvgcpxxon64a",
        "f2gfvuyh7v2sx3patm5k23wdzmhyhtmqctasbr23y",
        "f3wmuu6crofhqmm3v4enos73okk2l366ck6yc4owxwbdtkmpk42ohkqxfitcpa57pjdcftql4tojda2poeruwa",
        "f3s2q2hzhkpiknjgmf4zq3ejab2rh62qbndueslmsdzervrhapxr7dftie4kpnpdiv2n6tvkr743ndhrsw6d3a",
        "f3q22fijmmlckhl56rn5nkyamkph3mcfu5ed6dheq53c244hfmnq2i7efdma3cj5voxenwiummf2ajlsbxc65a",
        "f3u5zgwa4ael3vuocgc5mfgygo4yuqocrntuuhcklf4xzg5tcaqwbyfabxetwtj4tsam3pbhnwghyhijr5mixa"
      })
  void oneChangedCharacterIsNoticed(String text) {
    FilecoinAddress address = FilecoinAddress.parse(text);
    assertThat(address).isEqualTo(FilecoinAddress.parse(text)).hasToString(text);
    for (int at = 1; at < text.length(); at++) {
      char other = text.charAt(at) == 'a' ? 'b' : 'a';
      String changed = text.substring(0, at) + other + text.substring(at + 1);
      assertThatThrownBy(() -> FilecoinAddress.parse(changed))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(changed);
      assertThatThrownBy(() -> FilecoinAddress.parse(text.substring(0, text.length() - 1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Q2gfvuyh7v2sx3patm5k23wdzmhyhtmqctasbr23y,f or t",
    "t4gfvuyh7v2sx3patm5k23wdzmhyhtmqctasbr23y,number",
    "t2gfvuyh7v2sx3patm5k23wdzmhyhtmqctasbr24y,checksum",
    "t0banananananannnnnnnnn,2^63-1",
    "t0banana,number",
    "t2gfvuyh7v2sx3patm1k23wdzmhyhtmqctasbr24y,'1'",
    "t2gfvuyh7v2sx3paTm1k23wdzmhyhtmqctasbr24y,'T'",
    "t2,f or t",
    "t1234,base32",
    "t1aaaa,checksum",
    "t09223372036854775808,2^63-1",
    "t001,leading zeros",
    "t0-1,number",
    "t5abc,0 to 4",
    "<empty>,f or t",
    "t4f,number",
    "t410f,checksum",
    "t410,f4"
  })
  void anInvalidAddressIsRefusedWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> FilecoinAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text)
        .hasMessageContaining(reason);
  }

  @Test
  void lengthIsBoundedAndForeignTextIsShownSafely() {
    assertThatThrownBy(() -> FilecoinAddress.parse("f1" + "a".repeat(500)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("502 characters");
    assertThatThrownBy(() -> FilecoinAddress.parse("x\n\u001b[31m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"x??[31m\"");
  }
}
