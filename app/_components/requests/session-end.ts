// What happens when the session has ended: the page asks the person to sign in again, in place where it can.

/** The session is over, or it is but too long since the password was entered. */
export type SignInReason = "expired" | "confirm";

/** Resolves with whether the person is signed in again. */
type Ask = (reason: SignInReason) => Promise<boolean>;

let ask: Ask | undefined;
let asking: Promise<boolean> | undefined;
let isRefused = false;

/** The page asks by itself from now on, until the returned function is called. */
export function askInPlace(how: Ask): () => void {
  ask = how;
  return () => {
    if (ask === how) ask = undefined;
  };
}

/** However many requests are refused at once, the person is asked once. */
export function signInAgain(reason: SignInReason = "expired"): Promise<boolean> {
  if (!ask) return leaveToSignIn();
  asking ??= ask(reason)
    .then((isSignedIn) => {
      isRefused = !isSignedIn;
      return isSignedIn;
    })
    .finally(() => {
      asking = undefined;
    });
  return asking;
}

/** For what the page does by itself: whoever does not want to sign in is not asked again for it. */
export const signInAgainUnlessRefused = (): Promise<boolean> => (isRefused ? Promise.resolve(false) : signInAgain());

function leaveToSignIn(): Promise<boolean> {
  const here = window.location.pathname + window.location.search;
  window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`);
  return Promise.resolve(false);
}
