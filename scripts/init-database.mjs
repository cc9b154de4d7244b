// Makes a fresh embedded database in the folder given as argument, as a whole or not at all.
import { renameSync, rmSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";

const [folder] = process.argv.slice(2);
const unfinished = `${folder}.new`;
rmSync(unfinished, { recursive: true, force: true });
rmSync(folder, { recursive: true, force: true });
const database = await PGlite.create(unfinished);
await database.close();
renameSync(unfinished, folder);
