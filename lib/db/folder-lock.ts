// One process at a time on an embedded database: PGlite itself would let a second one in and lose data.
import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readFileSync, realpathSync, unlinkSync, writeSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { StartupError } from "@/lib/errors";

export type FolderLock = { release(): Promise<void> };

/** Throws a `StartupError` when a living process holds the folder. A lock left behind by a killed one does not count. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const real = realpathSync(folder);
  const socket = process.platform === "linux" ? await lockSocket(real) : undefined;
  try {
    const file = lockFile(real);
    return {
      async release() {
        unlinkSync(file);
        await new Promise<void>((resolve) => (socket ? socket.close(() => resolve()) : resolve()));
      },
    };
  } catch (error) {
    socket?.close();
    throw error;
  }
}

// An abstract socket is freed by the kernel whatever way the process ends, so it can never be stale.
async function lockSocket(folder: string): Promise<Server> {
  const name = `\0larkspur-${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`;
  const server = createServer((connection) => connection.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new StartupError("folderInUse", { folder }, { cause: error }) : error),
    );
    server.listen(name, resolve);
  });
  server.unref();
  return server;
}

// The file holds for other systems and for containers that share a volume.
function lockFile(folder: string): string {
  const file = path.join(folder, "lock");
  const mine = `${process.pid}@${process.platform}\n`;
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
      writeSync(handle, mine);
      closeSync(handle);
      return file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      // On Linux the socket has already told that nobody here holds the folder.
      if (process.platform !== "linux" && holderLives(file)) throw new StartupError("folderInUse", { folder });
      unlinkSync(file);
    }
  }
  throw new StartupError("folderInUse", { folder });
}

function holderLives(file: string): boolean {
  const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
  if (!Number.isInteger(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
