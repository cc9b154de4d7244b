// The rooms of the sandbox in the database: one row a bot, written by the process that holds it and by no other.
import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { type Database, findByCode } from "@/lib/db/client";
import { sandboxRooms } from "@/lib/db/sandbox-table";
import type { KeptResource } from "@/lib/sandbox/resources";
import { type KeptRoom, keptRoomSchema } from "@/lib/sandbox/room-keeping";

export type StoredRoom = { state: string; files: string };

/** Takes the room over, from whoever had it; undefined when none is stored. */
export async function claimRoom(db: Database, botId: string, holder: string): Promise<StoredRoom | undefined> {
  const [row] = await db
    .update(sandboxRooms)
    .set({ holder })
    .where(eq(sandboxRooms.botId, botId))
    .returning({ state: sandboxRooms.state, files: sandboxRooms.files });
  return row;
}

/** Who holds it; undefined when none is stored. */
export async function holderOf(db: Database, botId: string): Promise<string | undefined> {
  const [row] = await db
    .select({ holder: sandboxRooms.holder })
    .from(sandboxRooms)
    .where(eq(sandboxRooms.botId, botId));
  return row?.holder;
}

/** False when another process holds it by now, or the bot is gone. Without `files` those that are stored stay. */
export async function saveRoom(
  db: Database,
  botId: string,
  holder: string,
  { state, files }: { state: string; files: string | undefined },
): Promise<boolean> {
  const change = { state, updatedAt: new Date(), ...(files === undefined ? {} : { files }) };
  try {
    const rows = await db
      .insert(sandboxRooms)
      .values({ botId, holder, state, files: files ?? "[]" })
      .onConflictDoUpdate({ target: sandboxRooms.botId, set: change, setWhere: eq(sandboxRooms.holder, holder) })
      .returning({ botId: sandboxRooms.botId });
    return rows.length > 0;
  } catch (error) {
    const isBotGone = findByCode(error, /^23503$/) !== undefined;
    if (isBotGone) return false;
    throw error;
  }
}

export async function forgetRoom(db: Database, botId: string, holder: string): Promise<void> {
  await db.delete(sandboxRooms).where(and(eq(sandboxRooms.botId, botId), eq(sandboxRooms.holder, holder)));
}

const filesSchema = z.array(
  z.object({
    ...{ key: z.string(), kind: z.enum(["image", "file"]), fileName: z.string() },
    ...{ appId: z.string().optional(), base64: z.base64() },
  }),
);

export const writeFiles = (files: readonly KeptResource[]): string =>
  JSON.stringify(
    files.map(({ key, kind, fileName, appId, bytes }) => ({
      key,
      kind,
      fileName,
      appId,
      base64: bytes.toString("base64"),
    })),
  );

/** Throws when it is of another form. */
export function readRoom({ state, files }: StoredRoom): { kept: KeptRoom; files: KeptResource[] } {
  const kept = keptRoomSchema.parse(JSON.parse(state));
  const resources = filesSchema.parse(JSON.parse(files)).map(({ base64, appId, ...rest }) => ({
    ...rest,
    appId,
    bytes: Buffer.from(base64, "base64"),
  }));
  return { kept, files: resources };
}
