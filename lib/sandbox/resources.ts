// Holds uploaded images and files, up to a number of bytes; of who holds most the oldest go first.
import { randomId } from "@/lib/sandbox/ids";

export type ResourceKind = "image" | "file";

export interface Resource {
  readonly key: string;
  readonly kind: ResourceKind;
  readonly fileName: string;
  readonly bytes: Buffer;
  /** The app that uploaded it; a person's upload has none. */
  readonly appId: string | undefined;
  /** The App ID of the bot in whose room it was uploaded. */
  readonly room: string | undefined;
}

/** As it is kept: the room it is put back into is known. */
export type KeptResource = Omit<Resource, "room">;

/** Nobody's files push out those of others, unless they take more place themselves. */
type Held = { resource: Resource; holder: string };

export class Resources {
  readonly #held = new Map<string, Held>();
  readonly #limitBytes: number;
  readonly #holderOf: (room: string) => string;
  readonly #bytes = new Map<string, number>();

  /** `holderOf`: whose a room is. */
  constructor(limitBytes: number, holderOf: (room: string) => string) {
    this.#limitBytes = limitBytes;
    this.#holderOf = holderOf;
  }

  add(input: Omit<Resource, "key">): Resource {
    const resource = { ...input, key: randomId(input.kind === "image" ? "img_v3_" : "file_v3_") };
    this.put(resource);
    return resource;
  }

  put(resource: Resource): void {
    if (this.#held.has(resource.key)) return;
    const holder = resource.room === undefined ? "" : this.#holderOf(resource.room);
    this.#held.set(resource.key, { resource, holder });
    this.#count(holder, resource.bytes.length);
    while (this.#total > this.#limitBytes && this.#removeOldest(resource)) {
      // One after the other, from whoever then holds most.
    }
  }

  get(key: string): Resource | undefined {
    return this.#held.get(key)?.resource;
  }

  get #total(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  #count(holder: string, bytes: number): void {
    const sum = (this.#bytes.get(holder) ?? 0) + bytes;
    if (sum > 0) this.#bytes.set(holder, sum);
    else this.#bytes.delete(holder);
  }

  #removeOldest(except: Resource): boolean {
    const holders = [...this.#bytes].sort(([, one], [, other]) => other - one).map(([holder]) => holder);
    for (const holder of holders) {
      for (const held of this.#held.values()) {
        if (held.holder !== holder || held.resource === except) continue;
        this.#held.delete(held.resource.key);
        this.#count(holder, -held.resource.bytes.length);
        return true;
      }
    }
    return false;
  }
}
