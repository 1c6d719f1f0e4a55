// A js-libp2p peer for the interop run: listens for heartbeats or dials and beats.
// Same command line and same output as the Go peer.
import './compat.mjs'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

const { createLibp2p } = await import('libp2p')
const { tcp } = await import('@libp2p/tcp')
const { noise } = await import('@libp2p/noise')
const { yamux } = await import('@libp2p/yamux')
const { identify } = await import('@libp2p/identify')
const { ping } = await import('@libp2p/ping')
const { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } = await import('@libp2p/crypto/keys')
const { multiaddr } = await import('@multiformats/multiaddr')

const LEGACY = 'fil/heartbeat/1.0.0'
const SLASH = '/fil/heartbeat/1.0.0'

const say = event => process.stdout.write(JSON.stringify(event) + '\n')
const fail = message => {
  process.stderr.write(`peer: ${message}\n`)
  process.exit(1)
}

const command = process.argv[2]
const { values: o } = parseArgs({
  args: process.argv.slice(3),
  options: {
    'key-type': { type: 'string', default: 'ed25519' },
    key: { type: 'string' },
    listen: { type: 'string', default: '/ip4/127.0.0.1/tcp/0' },
    slash: { type: 'boolean', default: false },
    echo: { type: 'boolean', default: false },
    'stop-reading-after': { type: 'string', default: '0' },
    'noise-only': { type: 'boolean', default: false },
    limits: { type: 'string', default: 'none' },
    target: { type: 'string' },
    protocol: { type: 'string', default: LEGACY },
    beats: { type: 'string', default: '3' },
    period: { type: 'string', default: '1s' },
    exit: { type: 'boolean', default: false }
  }
})

async function privateKey () {
  if (o.key != null && existsSync(o.key)) {
    return privateKeyFromProtobuf(readFileSync(o.key))
  }
  const type = { ed25519: 'Ed25519', rsa: 'RSA', secp256k1: 'secp256k1' }[o['key-type']]
  if (type == null) {
    fail(`unknown key type "${o['key-type']}" (js-libp2p has ed25519, rsa, secp256k1)`)
  }
  const key = type === 'RSA' ? await generateKeyPair(type, 2048) : await generateKeyPair(type)
  if (o.key != null) {
    writeFileSync(o.key, privateKeyToProtobuf(key), { mode: 0o600 })
  }
  return key
}

async function node (listen) {
  const open = o.limits === 'none'
  return createLibp2p({
    privateKey: await privateKey(),
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping() },
    connectionGater: { denyDialMultiaddr: () => false },
    connectionManager: open
      ? { maxConnections: 100_000, maxIncomingPendingConnections: 100_000, inboundConnectionThreshold: 1_000_000 }
      : {}
  })
}

function sayBeat (peer, stream, raw) {
  let json
  try {
    json = JSON.parse(raw)
  } catch {
    say({ event: 'malformed', peer, stream, raw })
    return
  }
  say({ event: 'beat', peer, stream, json, raw })
}

function millis (text) {
  const match = /^(\d+)(ms|s|m)$/.exec(text)
  if (match == null) {
    fail(`period ${text} (expected: 1ms, 3s or 5m)`)
  }
  return Number(match[1]) * { ms: 1, s: 1000, m: 60_000 }[match[2]]
}

async function runListen (quiet) {
  const libp2p = await node([o.listen])
  const streams = new Set()
  let beats = 0
  let number = 0
  let paused = false
  const stopAfter = Number(o['stop-reading-after'])
  const encoder = new TextEncoder()
  const handler = async (stream, connection) => {
    const peer = connection.remotePeer.toString()
    const own = ++number
    if (!quiet) {
      say({ event: 'stream', peer, stream: own, protocol: stream.protocol })
    }
    streams.add(stream)
    if (paused) {
      stream.pause()
    }
    let text = ''
    let end = null
    let heard = 0
    const decoder = new TextDecoder()
    try {
      for await (const chunk of stream) {
        if (stopAfter > 0 && heard >= stopAfter) {
          continue
        }
        text += decoder.decode(chunk.subarray(), { stream: true })
        let cut
        while ((cut = text.indexOf('\n')) >= 0) {
          const raw = text.slice(0, cut + 1)
          text = text.slice(cut + 1)
          beats++
          heard++
          if (!quiet) {
            sayBeat(peer, own, raw)
          }
          if (o.echo && !stream.send(encoder.encode(raw))) {
            await stream.onDrain()
          }
          if (heard === stopAfter) {
            stream.pause()
            break
          }
        }
      }
      end = { event: 'end', peer, stream: own, reason: stream.status === 'reset' ? 'reset' : 'eof' }
      await stream.close()
    } catch (err) {
      end = { event: 'end', peer, stream: own, reason: 'reset', detail: String(err.message) }
    }
    streams.delete(stream)
    if (!quiet) {
      say(end)
    }
  }
  const limits = o.limits === 'none' ? { maxInboundStreams: 100_000, maxOutboundStreams: 100_000 } : {}
  await libp2p.handle(o.slash ? SLASH : LEGACY, handler, limits)
  say({ event: 'listening', address: libp2p.getMultiaddrs()[0].toString(), peerId: libp2p.peerId.toString() })
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'pause' || line === 'resume') {
      paused = line === 'pause'
      streams.forEach(stream => paused ? stream.pause() : stream.resume())
      say({ event: `${line}d` })
    } else if (line === 'reset-streams') {
      streams.forEach(stream => stream.abort(new Error('reset by the test')))
      say({ event: 'did-reset-streams' })
    } else if (line === 'close-connections') {
      await Promise.all(libp2p.getConnections().map(connection => connection.close()))
      say({ event: 'did-close-connections' })
    } else if (line === 'stats') {
      const cpu = process.cpuUsage()
      say({
        event: 'stats',
        connections: libp2p.getConnections().length,
        beats,
        cpuMillis: Math.round((cpu.user + cpu.system) / 1000),
        rssKiB: Math.round(process.memoryUsage().rss / 1024)
      })
    } else if (line === 'quit') {
      break
    }
  }
  await libp2p.stop()
  process.exit(0)
}

async function runDial () {
  const libp2p = await node([])
  const connection = await libp2p.dial(multiaddr(o.target))
  const stream = await connection.newStream(o.protocol)
  say({ event: 'dialed', peerId: libp2p.peerId.toString(), protocol: stream.protocol })
  const genesis = 'bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2'
  const total = Number(o.beats)
  const period = millis(o.period)
  const encoder = new TextEncoder()
  const start = Date.now()
  for (let n = 1; n <= total; n++) {
    const due = start + n * period - Date.now()
    if (due > 0) {
      await new Promise(resolve => setTimeout(resolve, due))
    }
    const beat = {
      Head: `{ ${genesis} }`,
      Height: n,
      Nickname: 'js <peer> & friends',
      MinerAddress: '',
      GenesisCID: { '/': genesis }
    }
    if (!stream.send(encoder.encode(JSON.stringify(beat) + '\n'))) {
      await stream.onDrain()
    }
    if (total <= 100 || n % 100 === 0 || n === total) {
      say({ event: 'sent', n })
    }
  }
  say({ event: 'done' })
  if (!o.exit) {
    for await (const line of createInterface({ input: process.stdin })) {
      if (line === 'quit') {
        break
      }
    }
  }
  await stream.close()
  await libp2p.stop()
  process.exit(0)
}

switch (command) {
  case 'listen':
    await runListen(false)
    break
  case 'bench-listen':
    await runListen(true)
    break
  case 'dial':
    await runDial()
    break
  default:
    fail(`unknown command "${command}" (expected: listen, bench-listen or dial)`)
}
