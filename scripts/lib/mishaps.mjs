// What nobody awaited or caught: it is written down, and the process goes on.

/**
 * Node.js would end the process, every bot's connection with it, for one stray rejection of a library. Whether the
 * process can still do its work is what /api/ready tells. `log` gets the error and a word on how it came.
 */
export function outliveMishaps(log) {
  process.on("unhandledRejection", (reason) => log(reason, "a rejection that nobody handled"));
  process.on("uncaughtException", (error) => log(error, "an exception that nobody caught"));
}
