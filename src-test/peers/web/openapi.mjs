// Reads an OpenAPI document from standard input; says what is wrong with it and exits 1, or is silent.
import {Validator} from '@seriousme/openapi-schema-validator';
import {text} from 'node:stream/consumers';

const found = await new Validator().validate(JSON.parse(await text(process.stdin)));
if (!found.valid) {
  console.error(JSON.stringify(found.errors, null, 1));
  process.exitCode = 1;
}
