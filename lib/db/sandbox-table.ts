// The table of what the sandbox remembers.
import { pgTable, text } from "drizzle-orm/pg-core";
import { instant, now } from "@/lib/db/columns";
import { bots } from "@/lib/db/schema";

/** One row a sandbox bot in whose chats something happened. */
export const sandboxRooms = pgTable("sandbox_rooms", {
  botId: text("bot_id")
    .primaryKey()
    .references(() => bots.id, { onDelete: "cascade" }),
  /** The process that shows the room: nobody else writes it. */
  holder: text().notNull(),
  /** JSON, kept as text: `jsonb` refuses characters that people may write. */
  state: text().notNull(),
  /** Its images and files; apart, because they are large and rarely change. */
  files: text().notNull(),
  updatedAt: instant("updated_at").notNull().default(now),
});
