// Where the server will listen, found out before anything slow is done.
import { createServer } from "node:net";
import { CommandError } from "./project.mjs";

export function readAddress(env) {
  const wanted = env.PORT?.trim() || "3000";
  const port = Number(wanted);
  if (!/^\d+$/.test(wanted) || port > 65_535) {
    throw new CommandError(`PORT is "${wanted}", which is not a valid port. Set PORT to a number from 1 to 65535.`);
  }
  return { host: env.LARKSPUR_HOST?.trim() || "0.0.0.0", port };
}

/** Resolves to the address with its real port (0 means any free one). Rejects with what to do when it cannot be had. */
export function claimAddress({ host, port }) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => reject(explainListenError(error, { host, port })));
    probe.listen({ host, port, exclusive: true }, () => {
      const found = probe.address().port;
      probe.close(() => resolve({ host, port: found }));
    });
  });
}

export function explainListenError(error, { host, port }) {
  switch (error.code) {
    case "EADDRINUSE":
      return new CommandError(
        `Port ${port} is in use by another program. Stop that program, or choose another port: PORT=${port + 1} npm start`,
      );
    case "EACCES":
      return new CommandError(
        `This user is not allowed to listen on port ${port}. Choose a port above 1023: PORT=3000 npm start`,
      );
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new CommandError(
        `LARKSPUR_HOST is "${host}", which is not an address of this machine. Use 0.0.0.0 for all addresses, or 127.0.0.1.`,
      );
    default:
      return error;
  }
}

export function displayAddress({ host, port }) {
  const isEverywhere = host === "0.0.0.0" || host === "::";
  const name = isEverywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
