// The people of the simulated tenant: made when first named, the same ids for the same name.
import { stableId } from "@/lib/sandbox/ids";

export interface SandboxPerson {
  readonly openId: string;
  readonly unionId: string;
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

/** How a caller names a person: the person itself, or its name. */
export type PersonRef = SandboxPerson | string;

export class People {
  readonly #byOpenId = new Map<string, SandboxPerson>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  person(ref: PersonRef): SandboxPerson {
    const name = typeof ref === "string" ? ref : ref.name;
    const openId = stableId("ou_", "person", name);
    const known = this.#byOpenId.get(openId);
    if (known) return known;
    const userId = stableId("", "user", name).slice(0, 8);
    const unionId = stableId("on_", "person", name);
    const person = { openId, unionId, userId, name, email: `${userId}@sandbox.example` };
    this.#byOpenId.set(openId, person);
    const [oldest] = this.#byOpenId.keys();
    if (this.#byOpenId.size > this.#limit && oldest !== undefined) this.#byOpenId.delete(oldest);
    return person;
  }

  get(openId: string): SandboxPerson | undefined {
    return this.#byOpenId.get(openId);
  }

  /** Finds by any of the ids that Feishu's API accepts. */
  find(idType: string, id: string): SandboxPerson | undefined {
    if (idType === "open_id") return this.#byOpenId.get(id);
    for (const person of this.#byOpenId.values()) {
      if (idType === "union_id" && person.unionId === id) return person;
      if (idType === "user_id" && person.userId === id) return person;
      if (idType === "email" && person.email === id) return person;
    }
    return undefined;
  }
}
