// An HTTP proxy that knows CONNECT alone, and the environment that leads to it.
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";

export type TestProxy = { url: string /** What it was asked to connect to. */; targets: string[] };

/** With `status` it refuses everything. Closed when the test ends. */
export async function startProxy(status?: number): Promise<TestProxy> {
  const targets: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connect", (request, client: Socket) => {
    sockets.add(client);
    client.on("error", () => client.destroy());
    targets.push(request.url ?? "");
    if (status) {
      client.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const target = connect(Number(port), hostname, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(client).pipe(target);
    });
    sockets.add(target);
    target.on("error", () => client.destroy());
    client.on("close", () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, targets };
}

const NAMES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** Sets the proxy variables to exactly these until the test ends. */
export function setProxyVariables(values: Record<string, string>): void {
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  const apply = (next: Record<string, string | undefined>) => {
    for (const name of NAMES) {
      if (next[name] === undefined) delete process.env[name];
      else process.env[name] = next[name];
    }
  };
  apply(values);
  onTestFinished(() => apply(before));
}
