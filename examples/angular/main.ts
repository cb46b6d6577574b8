// The chat of ../18b-frameworks.ts with Angular: observables become signals. An application is compiled by Angular's own
// tools; here the compiler comes along, so that any bundler can make the page.
import '@angular/compiler';
import { Component, provideZonelessChangeDetection, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { bootstrapApplication } from '@angular/platform-browser';
import { connectChannels } from 'rx-process/client';
import { map, merge, scan } from 'rxjs';
import { said, say } from '../lib/chatEvents.js';

const client = connectChannels(`/ws${location.search}`);
const room = client.channel('chat:lobby', { rewind: 50 });
const lines$ = merge(
  room.events(said).pipe(map(({ user, text }) => `${user}: ${text}`)),
  room.gaps$.pipe(map(() => '… some messages are missing here')),
).pipe(scan((lines, line) => [...lines, line], [] as readonly string[]));

@Component({
  selector: 'chat-room',
  template: `
    <ul class="present" aria-label="Who is here">
      @for (each of present(); track each.key) {
        <li>{{ each.key }}</li>
      }
    </ul>
    <ol role="log" aria-label="Messages">
      @for (line of lines(); track $index) {
        <li>{{ line }}</li>
      }
    </ol>
    <form (submit)="$event.preventDefault(); submit(text)">
      <input #text aria-label="Message" autocomplete="off" required />
      <button type="submit">Send</button> {{ problem() }}
    </form>
    <p role="status">{{ state()?.status }}</p>
  `,
})
class ChatRoom {
  readonly lines = toSignal(lines$, { initialValue: [] });
  readonly present = toSignal(room.presence$, { initialValue: [] });
  readonly state = toSignal(client.state$);
  readonly problem = signal('');

  submit(input: HTMLInputElement): void {
    room.request(say, { text: input.value }, { once: true }).subscribe({
      next: () => {
        input.value = '';
      },
      error: ({ message }) => this.problem.set(`not sent: ${message}`),
    });
  }
}

await bootstrapApplication(ChatRoom, { providers: [provideZonelessChangeDetection()] });
