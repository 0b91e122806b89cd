// The borders of the house, by dependency-cruiser; fails when it read no module, since then it proved nothing.

import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import configuration from "../.dependency-cruiser.mjs";

const { output } = await cruise(
	["engine", "app", "components", "content"],
	{ ruleSet: { forbidden: configuration.forbidden }, validate: true, ...configuration.options },
	{},
	{ tsConfig: extractTSConfig("./tsconfig.json") },
);
const { summary, modules } = output;
const own = modules.filter((module) => /^(engine|app|components|content)\//.test(module.source)).length;
for (const violation of summary.violations) {
	const rule = configuration.forbidden.find((candidate) => candidate.name === violation.rule.name);
	process.stdout.write(`${violation.from} → ${violation.to}\n  ${violation.rule.name}: ${rule?.comment}\n`);
}
process.stdout.write(`borders: ${own} modules read, ${summary.violations.length} violations\n`);
process.exit(own === 0 || summary.error > 0 ? 1 : 0);
