/** Checked by `tsc --noEmit`, never run: an option may be given as undefined, which is its default. */
import { expectTypeOf } from 'expect-type';
import type {
  ActOptions,
  BackoffOptions,
  BroadcastOptions,
  CallOptions,
  CancelOptions,
  ChildSpec,
  GroupOptions,
  HostOptions,
  MailboxOptions,
  SpawnOptions,
  SuperviseOptions,
  SystemOptions,
} from 'rx-process';
import type {
  DrillOptions,
  DrillRule,
  FakeSelfOptions,
  RecordingOptions,
  SpecOptions,
  TestSystemOptions,
} from 'rx-process/testing';

/** The same options with undefined for each that may be left out. */
type Undefined<T> = { [K in keyof T]: Partial<Pick<T, K>> extends Pick<T, K> ? undefined : T[K] };

type Every<T extends object> = Undefined<T> extends T ? true : never;
expectTypeOf<Every<SystemOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<MailboxOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<HostOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<SpawnOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<CallOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<CancelOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<BroadcastOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<GroupOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<ActOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<SuperviseOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<ChildSpec>>().toEqualTypeOf<true>();
expectTypeOf<Every<BackoffOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<TestSystemOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<FakeSelfOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<DrillOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<DrillRule>>().toEqualTypeOf<true>();
expectTypeOf<Every<RecordingOptions>>().toEqualTypeOf<true>();
expectTypeOf<Every<SpecOptions>>().toEqualTypeOf<true>();
