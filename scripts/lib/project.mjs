// Where the project is, and the one kind of error that ends a command with a line for people instead of a stack trace.
import { realpathSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

export const inRoot = (...parts) => path.join(root, ...parts);

/** Whether the module with this `import.meta.url` is the program that was started, not an import of it. */
export const isProgram = (url) => process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url);

/** Its message is one line that says what happened and what to do. */
export class CommandError extends Error {
  name = "CommandError";
}

export const say = (line) => process.stdout.write(`${line}\n`);
export const complain = (line) => process.stderr.write(`${line}\n`);

/** Runs a command's main function: a CommandError becomes its one line and exit status 1. */
export async function runCommand(main) {
  try {
    await main();
  } catch (error) {
    complain(error instanceof CommandError ? error.message : String(error?.stack ?? error));
    process.exit(1);
  }
}
