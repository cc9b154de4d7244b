// The meeting point with lib/runtime.ts: it puts itself on globalThis while Next.js loads instrumentation.ts.
const KEY = Symbol.for("larkspur");

/** Resolves to the runtime as soon as it exists; it may not be ready then. */
export function whenRuntimeExists() {
  return new Promise((resolve) => {
    Object.defineProperty(globalThis, KEY, {
      configurable: true,
      enumerable: true,
      get: () => undefined,
      set(runtime) {
        Object.defineProperty(globalThis, KEY, {
          value: runtime,
          configurable: true,
          enumerable: true,
          writable: true,
        });
        // Whoever awaits it later still gets the rejection; until then it is not an unhandled one.
        runtime.ready.catch(() => undefined);
        resolve(runtime);
      },
    });
  });
}
