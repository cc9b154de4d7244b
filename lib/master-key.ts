// The master key: from the environment, or made once and kept in the data folder.
import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { StartupError } from "@/lib/errors";

export function loadMasterKey(fromEnvironment: string | undefined, dataDir: string): string {
  if (fromEnvironment) return fromEnvironment;
  const file = path.join(dataDir, "secret");
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    return read(file) ?? create(file);
  } catch (cause) {
    if (cause instanceof StartupError) throw cause;
    throw new StartupError("folderNotWritable", { folder: dataDir }, { cause });
  }
}

function read(file: string): string | undefined {
  try {
    const key = readFileSync(file, "utf8").trim();
    if (key.length < 32) throw new StartupError("keyFileBroken", { file });
    keepOthersOut(file);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

// A key brought back from a backup may have become readable for everybody.
function keepOthersOut(file: string): void {
  if ((statSync(file).mode & 0o077) === 0) return;
  try {
    chmodSync(file, 0o600);
  } catch {
    // Somebody else's file, or a file system without modes: its owner has decided.
  }
}

// Written beside and linked into place, so that a crash never leaves half a key behind.
function create(file: string): string {
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  try {
    linkSync(beside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(beside);
  }
  const key = read(file);
  if (!key) throw new StartupError("keyFileBroken", { file });
  return key;
}
