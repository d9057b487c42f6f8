// Reads {schemas: {file: schema}, values: [{schema, value}]} and prints, for each value, the places
// of what its schema finds wrong. ajv is a second opinion: editors' own is asked in test_editor.py.
import { readFileSync } from "node:fs";
import Ajv from "ajv";

const { schemas, values } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv({ strict: false, allErrors: true, formats: { date: true } });
for (const [name, schema] of Object.entries(schemas)) ajv.addSchema({ ...schema, $id: name });
const found = values.map(({ schema, value }) => {
  const validate = ajv.getSchema(schema);
  return validate(value) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`);
});
process.stdout.write(JSON.stringify(found));
