/** Shells for which there is completion. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** How each shell is told to load it, for the help. */
export const loading: Readonly<Record<Shell, string>> = {
  bash: "source <(tenfold completion bash)    # in ~/.bashrc",
  zsh: "source <(tenfold completion zsh)     # in ~/.zshrc, after compinit",
  fish: "tenfold completion fish | source     # in ~/.config/fish/config.fish",
};

/**
 * A script that makes a shell ask this command what may stand at the cursor. The command is named by its
 * file, so that completion works for an alias such as `alias tenfold='npx tenfold'` too; where it has nothing
 * to say, the shell offers files.
 */
export function completionScript(shell: Shell, node: string, launcher: string): string {
  const ask = `${quote(node)} ${quote(launcher)} complete ${shell} --`;
  return { bash, zsh, fish }[shell](ask);
}

/** Bash breaks words at = and : too; the words come as it has them, and only the last piece is replaced. */
const bash = (ask: string) => `_tenfold() {
  local line tab=$'\\t'
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$tab*}")
  done < <(${ask} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
}
complete -o default -F _tenfold tenfold
`;

const zsh = (ask: string) => `#compdef tenfold
_tenfold() {
  local line value tab=$'\\t'
  local -a lines values_ fields_
  lines=("\${(@f)$(${ask} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    value=\${line%%$tab*}
    if [[ $value == *= ]]; then
      fields_+=("\${value}:\${line#*$tab}")
    else
      value=\${value//:/\\\\:}
      values_+=("\${value}:\${line#*$tab}")
    fi
  done
  if (( $#values_ )); then _describe -V tenfold values_; fi
  if (( $#fields_ )); then _describe -V field fields_ -S ''; fi
  if (( ! $#values_ && ! $#fields_ )); then _files; fi
}
compdef _tenfold tenfold
`;

const fish = (ask: string) => `function __tenfold_complete
  set -l before (commandline -opc)
  set -l last (commandline -ct)
  set -l found (${ask} $before[2..-1] "$last" 2>/dev/null)
  if test (count $found) -gt 0
    string join \\n -- $found
  else
    __fish_complete_path "$last"
  end
end
complete -c tenfold -f -k -a '(__tenfold_complete)'
`;

/** In single quotes, with those of the text outside of them, as all three shells read it. */
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
