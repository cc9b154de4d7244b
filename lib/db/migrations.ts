// Where the generated migrations lie.
import path from "node:path";

export const MIGRATIONS_FOLDER = path.join(process.cwd(), "drizzle");
