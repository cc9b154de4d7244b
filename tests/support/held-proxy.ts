// A proxy before Larkspur that can hold the live stream back, with its connections left open.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export type HeldProxy = { url: string; hold(): void; release(): void; stop(): Promise<void> };

/** What a stream had to say while it was held never comes; everything else goes through. */
export async function startHeldProxy(port: number): Promise<HeldProxy> {
  const sockets = new Set<Socket>();
  const streams = new Set<Socket>();
  let isHeld = false;
  const held = new WeakSet<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    }
    client
      .on("close", () => upstream.destroy())
      .on("data", (bytes) => {
        if (bytes.includes("GET /api/feishu/stream")) {
          streams.add(client);
          if (isHeld) held.add(client);
        }
        upstream.write(bytes);
      });
    upstream
      .on("close", () => client.destroy())
      .on("data", (bytes) => {
        if (!held.has(client)) client.write(bytes);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold() {
      isHeld = true;
      for (const stream of streams) held.add(stream);
    },
    release() {
      isHeld = false;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
