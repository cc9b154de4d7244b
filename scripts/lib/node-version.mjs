// Tells whether this Node.js can run Larkspur. Old syntax only: old versions of Node.js must be able to read it.
const MINIMUM = [20, 19];

/** One line for people, or null when the version is new enough. */
export function nodeVersionProblem(version) {
  const parts = String(version).split(".").map(Number);
  const isEnough = parts[0] > MINIMUM[0] || (parts[0] === MINIMUM[0] && parts[1] >= MINIMUM[1]);
  if (isEnough) return null;
  return `Larkspur requires Node.js ${MINIMUM.join(".")} or later; this is ${version}. Install a current version from https://nodejs.org and start again.`;
}
