//! Writes the JavaScript that lies between the compiled module and its callers: `bindgen MODULE.wasm FOLDER`.

use std::env::args_os;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = args_os().skip(1).map(PathBuf::from);
    let (Some(module), Some(folder), None) = (args.next(), args.next(), args.next()) else {
        eprintln!("usage: bindgen MODULE.wasm FOLDER");
        return ExitCode::FAILURE;
    };
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_path(module)
        .out_name("embed2jwt")
        .typescript(false)
        .remove_producers_section(true);
    // Whoever loads the module says where it is, and can have a fresh instance.
    bindgen.omit_default_module_path(true).reset_state_function(true);
    let made = bindgen.web(true).and_then(|bindgen| bindgen.generate(folder));
    if let Err(error) = made {
        eprintln!("bindgen: {error:?}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
