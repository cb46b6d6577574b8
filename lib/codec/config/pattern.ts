import { type Schema, type Shape, scalar } from './shape.js';

/** A shape of texts of one pattern; `hint` is what the error about another text adds. */
export const pattern = (
  name: string,
  expression: RegExp,
  { type = name, hint = '' } = {},
): Shape<string> =>
  scalar(
    name,
    patternSchema(expression),
    (input) => (expression.test(String(input)) ? String(input) : undefined),
    { type, hint: () => hint },
  );

export const patternSchema = ({ source }: RegExp): Schema => ({ type: 'string', pattern: source });
