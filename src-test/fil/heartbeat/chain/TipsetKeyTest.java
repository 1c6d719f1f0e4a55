package fil.heartbeat.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TipsetKeyTest {
  private static final Cid SEED = Cid.parse("QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB");

  @Test
  void theFirstSendersFormIsWrittenAndRead() {
    TipsetKey key = TipsetKey.of(List.of(SEED));
    assertThat(key).hasToString("{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB }");
    assertThat(TipsetKey.parse(key.toString())).isEqualTo(key);
  }

  @Test
  void lotusFormIsRead() {
    List<Cid> cids = cids(3);
    String text = cids.stream().map(Cid::toString).collect(Collectors.joining(",", "{", "}"));
    assertThat(TipsetKey.parse(text)).isEqualTo(TipsetKey.of(cids));
    assertThat(TipsetKey.parse(text.replace(",", " , "))).isEqualTo(TipsetKey.of(cids));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{ }", "{}", "", "  ", " { } "})
  void anEmptySetIsRead(String text) {
    assertThat(TipsetKey.parse(text)).isEqualTo(TipsetKey.EMPTY);
    assertThat(TipsetKey.parse(text).isEmpty()).isTrue();
  }

  @Test
  void theEmptySetIsWrittenWithOneSpace() {
    assertThat(TipsetKey.EMPTY).hasToString("{ }");
  }

  @ParameterizedTest
  @ValueSource(longs = {51, 52, 53})
  void orderAndRepetitionMakeNoDifference(long seed) {
    Random random = new Random(seed);
    List<Cid> cids = cids(1 + random.nextInt(TipsetKey.MAX_CIDS / 2));
    TipsetKey key = TipsetKey.of(cids);
    assertThat(key.cids()).isSorted().doesNotHaveDuplicates().containsAll(cids);
    List<Cid> shuffled = new ArrayList<>(cids);
    shuffled.addAll(cids);
    Collections.shuffle(shuffled, random);
    assertThat(TipsetKey.of(shuffled)).isEqualTo(key).hasToString(key.toString());
    assertThat(TipsetKey.parse(key.toString())).isEqualTo(key);
  }

  @Test
  void theNumberOfBlocksIsBounded() {
    String most = text(TipsetKey.MAX_CIDS);
    assertThat(TipsetKey.parse(most).cids()).hasSize(TipsetKey.MAX_CIDS);
    assertThatThrownBy(() -> TipsetKey.parse(text(TipsetKey.MAX_CIDS + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 64");
    List<Cid> tooMany = cids(TipsetKey.MAX_CIDS + 1);
    assertThatThrownBy(() -> TipsetKey.of(tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65 CIDs");
    assertThatThrownBy(() -> TipsetKey.parse("{" + " ".repeat(9000) + "}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("9002 characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "}{",
        "x",
        "{ x }",
        "{,}",
        "{QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB,}",
        "{,QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB}",
        "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB",
        "{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB",
        "{{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB }}",
        "{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB;b }"
      })
  void anInvalidTipsetKeyIsRefused(String text) {
    assertThatThrownBy(() -> TipsetKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  private static String text(int blocks) {
    return cids(blocks).stream().map(Cid::toString).collect(Collectors.joining(" ", "{ ", " }"));
  }

  private static List<Cid> cids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Cid.ofBlock(("block " + i).getBytes(UTF_8)))
        .toList();
  }
}
