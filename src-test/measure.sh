#!/usr/bin/env bash
# Takes every figure of docs/performance.md, unattended: ours, go-libp2p, js-libp2p, and jvm-libp2p where its class path is given.
#
#   src-test/measure.sh [RESULTS]
#
# RESULTS (measured.txt) gets each command with what it printed. Before each row it waits, for at most ten minutes, until others use less
# than a twentieth of a core for five seconds; a row that began without that is marked BUSY. The longest rows take half an hour each.
#
# JAVAS   java homes, between blanks; each row runs on each of them (the one of JAVA_HOME or of the PATH)
# ROWS    names of rows, between blanks (all)
# BENCH_JVM   a class path with jvm-libp2p, its adapter and this program; "not run" without
set -euo pipefail
if [ "${1:-}" = "--help" ]; then
  sed -n '2,12s/^# \{0,1\}//p' "$0"
  exit 0
fi
cd "$(dirname "$0")/.."
results=$(realpath "${1:-measured.txt}")
javas=${JAVAS:-${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")}}
rows=${ROWS:-codec ingest ingest-paced upgrade idle sender registry registry-extended alerts history detection fleet growth wires start ready hostile unfinished small-heap}
for tool in mvn go node npm taskset; do
  command -v "$tool" >/dev/null || { echo "missing: $tool (expected: on the PATH)" >&2; exit 1; }
done

echo "building"
mvn -B -ntp -q package -Dunit.tests.skip=true
mvn -B -ntp -q dependency:build-classpath -Dmdep.outputFile=target/measure.cp
classes=target/measure
rm -rf "$classes" && mkdir -p "$classes"
# One folder for both, so that services of the tests do not replace those of the program.
cp -r target/test-classes/. "$classes" && cp -r target/classes/. "$classes"
path="$PWD/$classes:$(cat target/measure.cp)"
go=$PWD/target/go-peer
(cd src-test/peers/go && go build -o "$go" .)
(cd src-test/peers/js && npm ci --silent)
js="node $PWD/src-test/peers/js/peer.mjs"

busy_ticks() { awk '/^cpu /{print $2+$3+$4+$7+$8}' /proc/stat; }

quiet() {
  local before after
  for _ in $(seq 120); do
    before=$(busy_ticks)
    sleep 5
    after=$(busy_ticks)
    [ $((after - before)) -lt $((5 * $(getconf CLK_TCK) / 20)) ] && return
  done
  echo "BUSY: others use $(((after - before) * 100 / 5 / $(getconf CLK_TCK))) % of a core" | tee -a "$results"
}

# run JAVA_HOME CLASS ARGUMENTS..., with JVM options in OPTIONS
run() {
  local java=$1 class=$2
  shift 2
  quiet
  # shellcheck disable=SC2086
  { echo; echo "$ java ${OPTIONS:-} $class $*"; "$java/bin/java" ${OPTIONS:-} -cp "$path" "fil.heartbeat.$class" "$@" 2>&1 || echo "FAILED"; } | tee -a "$results"
}

row() {
  local java=$1
  local flags="-Xms64m -XX:+UseSerialGC"
  "$java/bin/java" -XX:+UseCompactObjectHeaders -version >/dev/null 2>&1 && flags="$flags -XX:+UseCompactObjectHeaders"
  case $2 in
    codec) run "$java" bench.CodecBench ;;
    ingest) OPTIONS="-Dbench.go=$go -Dbench.jvm=${BENCH_JVM:-}" run "$java" bench.IngestBench 64 10000 7 10 ;;
    ingest-paced) OPTIONS="-Dbench.go=$go" run "$java" bench.IngestBench 64 400 5 10 3333 ;;
    upgrade) OPTIONS="-Dbench.warmUp=12000" run "$java" bench.UpgradeBench "go=$go bench-listen" "js=$js bench-listen" ;;
    idle) run "$java" bench.IdleBench 1000 ;;
    sender) run "$java" bench.SenderBench 300 300 "${flags#-Xms64m }" ;;
    registry) OPTIONS="-Xmx6g -XX:+UseSerialGC" run "$java" aggregator.RegistryBench 100000 60 ;;
    registry-extended) OPTIONS="-Xmx6g -XX:+UseSerialGC" run "$java" aggregator.RegistryBench 100000 60 extended ;;
    alerts) OPTIONS=-Xmx1g run "$java" bench.AlertBench 10000 10; OPTIONS=-Xmx1g run "$java" bench.AlertBench 2000 3 8 ;;
    history) OPTIONS=-Xmx512m run "$java" bench.HistoryBench 100 48 ;;
    detection) run "$java" bench.DetectionBench 1000 24 1000 ;;
    fleet) run "$java" bench.FleetBench nodes=10000 visible=400 kill=5 "java=$flags" ;;
    growth)
      run "$java" bench.FleetBench nodes=1000,3000,10000,18000 period=10s first=0 warm=180 seconds=120 connections=19000 \
        source=127.0.0.2,127.0.0.3,127.0.0.4,127.0.0.5 "java=-Xmx1g $flags"
      ;;
    wires) OPTIONS="-Xmx5g -XX:+UseSerialGC" run "$java" bench.WireBench nodes=30000,50000 period=10s warm=180 seconds=120 "java=$flags" ;;
    start) run "$java" bench.StartBench target/heartbeat.jar 20 5 -XX:+UseSerialGC ;;
    ready) run "$java" bench.ReadyBench 1024 3 ;;
    hostile) run "$java" bench.HostileBench ;;
    unfinished) run "$java" bench.UnfinishedBench 160 64 512m; run "$java" bench.UnfinishedBench 1000 4 64m ;;
    small-heap) run "$java" bench.SmallHeapBench 5000 64m 60 -Dheartbeat.libp2p.maxConnections=1702 ;;
    *) echo "ROWS: $2 (expected: names of the list in this file)" >&2; exit 2 ;;
  esac
}

{
  echo "# $(date -u +%Y-%m-%dT%H:%MZ) $(git rev-parse --short HEAD 2>/dev/null || true)"
  echo "# $(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(awk '/MemTotal/{printf "%.0f GiB", $2/1048576}' /proc/meminfo), Linux $(uname -r)"
} | tee -a "$results"
for java in $javas; do
  { echo; echo "## $("$java/bin/java" -version 2>&1 | head -2 | tail -1)"; } | tee -a "$results"
  for name in $rows; do
    echo "row $name"
    row "$java" "$name"
  done
done
echo "done: $results"
