#include "dashboard-api/ctl/completion.h"

namespace muster::ctl {
namespace {

// The words go to the program's input, a line each: so none needs quotes, and PowerShell 5.1, which
// leaves out empty arguments, does it no harm.
constexpr char kBash[] =
    R"(# bash completion for musterctl, made by `musterctl completion bash`: bash 4 or later.
_musterctl() {
  local program=${1/#\~/$HOME} cur=${COMP_WORDS[COMP_CWORD]} line
  local words=("${COMP_WORDS[@]:1:COMP_CWORD}")
  [[ $cur == '=' ]] && cur=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    else
      COMPREPLY+=("$line")
    fi
  done < <(printf '%s\n' "${words[@]//$'\n'/ }" | "$program" __complete 2>/dev/null)
}
complete -F _musterctl musterctl
)";

constexpr char kPowerShell[] =
    R"(# PowerShell completion for musterctl, made by `musterctl completion powershell`: 5.1 or later.
Register-ArgumentCompleter -Native -CommandName @('musterctl', 'musterctl.exe') -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.Extent.Text })
  $words += "$wordToComplete"
  $words | & $commandAst.CommandElements[0].Extent.Text __complete 2>$null |
    Where-Object { $_ -ne ':files' } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
)";

}  // namespace

std::string BashCompletion() { return kBash; }
std::string PowerShellCompletion() { return kPowerShell; }

}  // namespace muster::ctl
