// The version of Larkspur that runs.
import { version } from "@/package.json";

export const VERSION: string = version;
