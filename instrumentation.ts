// Next calls register once when a server process starts: the place where Larkspur's runtime comes to life.
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startRuntime } = await import("@/lib/runtime");
  // A rejection here would leave a server up that answers 500 for ever; scripts/start.mjs says why and ends the process.
  await startRuntime().catch(() => undefined);
}
