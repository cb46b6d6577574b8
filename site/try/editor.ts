import { javascript } from '@codemirror/lang-javascript';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { basicSetup } from 'codemirror';

/** The editor: CodeMirror in the colours of the page. Tab leaves it, as everywhere; lines indent themselves. */
export function openEditor(parent: HTMLElement, run: () => void): Editor {
  const enter = {
    key: 'Mod-Enter',
    run: () => {
      run();
      return true;
    },
  };
  const view = new EditorView({
    parent,
    extensions: [
      Prec.highest(keymap.of([enter])),
      basicSetup,
      javascript({ typescript: true }),
      syntaxHighlighting(colours),
      EditorView.contentAttributes.of({ 'aria-labelledby': 'code-title', tabindex: '0' }),
      EditorView.lineWrapping,
    ],
  });
  return {
    text: () => view.state.doc.toString(),
    setText: (text) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
  };
}

export interface Editor {
  text(): string;
  setText(text: string): void;
}

const colours = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--try-comment)' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--try-keyword)' },
  { tag: [tags.string, tags.regexp], color: 'var(--try-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--try-number)' },
  { tag: [tags.typeName, tags.className], color: 'var(--try-type)' },
]);
