// The scripts that docker completion prints. Each hands the words of the line to "docker __complete" and does as its last line says.

const BASH = `# bash completion for docker: source <(docker completion bash)

__docker_complete() {
	local cur words cword reply directive line value
	cur=\${COMP_WORDS[COMP_CWORD]}
	words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
	# bash takes "=" and ":" for words of their own: put such words together again
	if [[ $COMP_WORDBREAKS == *[=:]* ]]; then
		local -a joined=()
		local part glue=
		for part in "\${words[@]}"; do
			if [[ -n $glue || $part == [=:] ]] && ((\${#joined[@]} > 0)); then
				joined[\${#joined[@]} - 1]+=$part
				[[ $part == [=:] ]] && glue=1 || glue=
			else
				joined+=("$part")
			fi
		done
		words=("\${joined[@]}")
		[[ $cur == [=:] ]] && cur=
	fi
	reply=$("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null) || return
	directive=\${reply##*:}
	reply=\${reply%:*}
	COMPREPLY=()
	((directive & 1)) && return
	local typed=\${words[\${#words[@]} - 1]} head=
	# what is before the last "=" or ":" of the word is on the line already
	if [[ $typed != "$cur" ]]; then head=\${typed%"$cur"}; fi
	[[ $head == -*= ]] && typed=$cur head=
	while IFS= read -r line; do
		value=\${line%%$'\\t'*}
		[[ -n $value && $value == "$typed"* ]] && COMPREPLY+=("\${value#"$head"}")
	done <<<"$reply"
	((directive & 2)) && type -t compopt >/dev/null && compopt -o nospace
	if ((directive & 16)); then
		type -t compopt >/dev/null && compopt -o filenames
		while IFS= read -r line; do [[ -n $line ]] && COMPREPLY+=("$line"); done <<<"$(compgen -d -- "$cur")"
	elif ((!(directive & 4))); then
		type -t compopt >/dev/null && compopt -o filenames
		while IFS= read -r line; do [[ -n $line ]] && COMPREPLY+=("$line"); done <<<"$(compgen -f -- "$cur")"
	fi
}
complete -F __docker_complete docker
`;

const ZSH = `#compdef docker
compdef _docker docker
# zsh completion for docker: source <(docker completion zsh)

_docker() {
	local -a lines values
	local line directive
	lines=("\${(@f)$(\${words[1]} __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
	directive=\${lines[-1]#:}
	for line in "\${(@)lines[1,-2]}"; do
		[[ -n $line ]] || continue
		line=\${line//:/\\\\:}
		values+=("\${line/$'\\t'/:}")
	done
	((directive & 1)) && return 1
	local -a options
	((directive & 2)) && options=(-S '')
	((\${#values})) && _describe -V completions values $options && return 0
	((directive & 16)) && { _files -/; return; }
	((directive & 4)) || _files
}
[[ $funcstack[1] == _docker ]] && _docker
`;

const FISH = `# fish completion for docker: docker completion fish | source

function __docker_complete
	set -l words (commandline -opc) (commandline -ct)
	set -l lines (command $words[1] __complete $words[2..-1] 2>/dev/null)
	test (count $lines) -gt 0; or return
	set -l directive (string sub --start 2 -- $lines[-1])
	test (math "bitand($directive, 1)") -eq 0; or return
	printf '%s\\n' $lines[1..-2]
	if test (math "bitand($directive, 16)") -ne 0
		__fish_complete_directories (commandline -ct)
	else if test (math "bitand($directive, 4)") -eq 0
		__fish_complete_path (commandline -ct)
	end
end
complete -c docker -e
complete -c docker -f -k -a '(__docker_complete)'
`;

const POWERSHELL = `# PowerShell completion for docker: docker completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName docker -ScriptBlock {
	param($word, $ast, $cursor)
	$words = @($ast.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object { "$_" })
	if ($word -eq '') { $words += '""' }
	$lines = @(docker __complete @words 2>$null)
	foreach ($line in $lines) {
		if ($line.StartsWith(':')) { continue }
		$value, $about = $line -split "\`t", 2
		if (-not $value.StartsWith($word)) { continue }
		if (-not $about) { $about = $value }
		[System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)
	}
}
`;

export const SCRIPTS: Readonly<Record<string, { script: string; use: string }>> = {
	bash: { script: BASH, use: "source <(docker completion bash)" },
	zsh: { script: ZSH, use: "source <(docker completion zsh)" },
	fish: { script: FISH, use: "docker completion fish | source" },
	powershell: { script: POWERSHELL, use: "docker completion powershell | Out-String | Invoke-Expression" },
};
