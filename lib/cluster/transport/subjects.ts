/**
 * The subjects of one cluster (D18). An *id* is a node's name and incarnation, `a~k3f9x1qz`. In a subject the two are
 * tokens of their own, so that a server may allow a node what begins with its name, whatever the incarnation (D62).
 */
export class Subjects {
  readonly #root: string;
  /** What hears the beats of all nodes, the own ones too (D4). */
  readonly beats: string;
  /** The JetStream bucket that keeps the names of the cluster (D41). */
  readonly bucket: string;

  constructor(cluster: string) {
    this.#root = `rxp1.${cluster}`;
    this.beats = this.beat('*');
    this.bucket = `rxp1-${cluster}`;
  }

  /** Where a node of this name publishes its beats. */
  beat(name: string): string {
    return `${this.#root}.b.${name}`;
  }

  /** Where one node's frames for another go, by their ids; from the other's side it is the subject for replies (D17). */
  frame(to: string, from: string): string {
    return `${this.#root}.l.${tokens(to)}.${tokens(from)}`;
  }

  /** What hears the frames for this incarnation of a node, whoever sends them; those for an earlier one are not heard. */
  frames(to: string): string {
    return `${this.#root}.l.${tokens(to)}.*.*`;
  }

  /** What the subjects begin with on which a node of this name is answered by JetStream (D62). */
  inbox(name: string): string {
    return `${this.#root}.i.${name}`;
  }
}

/** Each frame is read so: taking its subject apart at the dots takes twice as long. */
const FRAME = /^rxp1\.[^.]*\.l\.([^.]*)\.([^.]*)\.([^.]*)\.([^.]+)$/;

/** Who sent a frame and for whom it is, by its subject, which the server has checked (D60); `undefined`: it is none. */
export function readFrameSubject(subject: string): FrameEnds | undefined {
  const ends = FRAME.exec(subject);
  return ends === null ? undefined : { to: `${ends[1]}~${ends[2]}`, from: `${ends[3]}~${ends[4]}` };
}

/** The ids of the two nodes of a frame. */
export interface FrameEnds {
  readonly to: string;
  readonly from: string;
}

const tokens = (id: string): string => id.replace('~', '.');
