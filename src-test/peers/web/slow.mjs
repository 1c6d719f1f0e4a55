// A link that is slow: what goes over it takes its time, whatever connection it is of.
import {connect, createServer} from 'node:net';

const BYTES_A_SECOND = 240000 / 8;
const DELAY = 80;

export async function slow(to) {
  const sockets = new Set();
  const ways = [{free: 0}, {free: 0}];
  const server = createServer(near => {
    const far = connect(Number(to.port), to.hostname);
    for (const [from, into, way] of [[near, far, ways[0]], [far, near, ways[1]]]) {
      sockets.add(from);
      from.on('error', () => into.destroy());
      from.on('close', () => { sockets.delete(from); into.destroy(); });
      from.on('data', bytes => {
        // No more is read before this has gone.
        from.pause();
        const now = performance.now();
        way.free = Math.max(now, way.free) + bytes.length / BYTES_A_SECOND * 1000;
        setTimeout(() => from.resume(), way.free - now);
        setTimeout(() => { if (!into.destroyed) into.write(bytes); }, way.free - now + DELAY);
      });
    }
  });
  await new Promise(bound => server.listen(0, '127.0.0.1', bound));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
