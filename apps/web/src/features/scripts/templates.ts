import { languageOf, type LanguageId } from './editor/languages.ts';

/**
 * What a new script of a language begins with: it reads an argument, fails where something fails, and tells its result
 * in its last line.
 */
// verbatim: code
export const TEMPLATES: Partial<Record<LanguageId, string>> = {
  shell: `#!/bin/bash
set -euo pipefail

name="\${1:-world}"

echo "Hello, $name"

# the last line is the result: its data are the outputs
printf '{"state": "success", "data": ["%s"]}\\n' "$name"
`,
  python: `#!/usr/bin/env python3
import json
import sys


def main(name="world"):
    print(f"Hello, {name}")
    # the last line is the result: its data are the outputs
    print(json.dumps({"state": "success", "data": [name]}))


main(*sys.argv[1:])
`,
  javascript: `#!/usr/bin/env node
const [name = 'world'] = process.argv.slice(2);

console.log(\`Hello, \${name}\`);

// the last line is the result: its data are the outputs
console.log(JSON.stringify({ state: 'success', data: [name] }));
`,
  typescript: `const [name = 'world']: string[] = process.argv.slice(2);

console.log(\`Hello, \${name}\`);

// the last line is the result: its data are the outputs
console.log(JSON.stringify({ state: 'success', data: [name] }));
`,
  powershell: `param([string] $Name = 'world')
$ErrorActionPreference = 'Stop'

Write-Output "Hello, $Name"

# the last line is the result: its data are the outputs
@{ state = 'success'; data = @($Name) } | ConvertTo-Json -Compress
`,
  batch: `@echo off
setlocal
set "name=%~1"
if "%name%"=="" set "name=world"

echo Hello, %name%

rem the last line is the result: its data are the outputs
echo {"state": "success", "data": ["%name%"]}
`,
  perl: `#!/usr/bin/env perl
use strict;
use warnings;
use JSON::PP;

my $name = shift // 'world';

print "Hello, $name\\n";

# the last line is the result: its data are the outputs
print encode_json({ state => 'success', data => [$name] }), "\\n";
`,
  ruby: `#!/usr/bin/env ruby
require 'json'

name = ARGV.fetch(0, 'world')

puts "Hello, #{name}"

# the last line is the result: its data are the outputs
puts JSON.generate(state: 'success', data: [name])
`,
  php: `#!/usr/bin/env php
<?php
$name = $argv[1] ?? 'world';

echo "Hello, $name\\n";

// the last line is the result: its data are the outputs
echo json_encode(['state' => 'success', 'data' => [$name]]), "\\n";
`,
  go: `package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	name := "world"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	fmt.Println("Hello,", name)

	// the last line is the result: its data are the outputs
	result, _ := json.Marshal(map[string]any{"state": "success", "data": []string{name}})
	fmt.Println(string(result))
}
`,
};

/** The template for a file of this name; undefined where there is none. */
export function templateFor(filename: string): string | undefined {
  const language = languageOf(filename);
  return language && TEMPLATES[language];
}

/** Whether nothing would be lost by another template in its place. */
export function isTemplate(content: string): boolean {
  return content.trim() === '' || Object.values(TEMPLATES).includes(content);
}
