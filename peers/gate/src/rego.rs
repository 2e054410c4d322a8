//! regorus: a Rego policy compiled for its virtual machine, data loaded once, inputs built beforehand.

use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::vm::RegoVM;
use regorus::{Engine as Interpreter, Rc, Value};
use serde_json::{Map, json};

use super::{Engine, NETWORK, Words, bit};
use crate::world::Outcome;

const POLICY: &str = r#"
package gate

import rego.v1

failed contains "sales_authorization" if not data.authorised[input.brand][input.seller]

failed contains "device_certification" if not data.certified[input.variant][input.network]

failed contains "radio_fit" if not has_band

has_band if {
    some band, _ in data.devices[input.variant]
    data.networks[input.network][band]
}
"#;

pub struct Rego {
    machine: RegoVM,
    inputs: Vec<Value>,
}

type Sets = Map<String, serde_json::Value>;

fn put(sets: &mut Sets, set: &str, one: &str) {
    let set = sets.entry(set).or_insert_with(|| json!({}));
    set[one] = json!(true);
}

impl Rego {
    pub fn of(words: &Words) -> Outcome<Self> {
        let [mut authorised, mut certified, mut devices, mut networks]: [Sets; 4] =
            Default::default();
        for (brand, seller) in &words.authorised {
            put(&mut authorised, brand, seller);
        }
        for (variant, network) in &words.certified {
            put(&mut certified, variant, network);
        }
        for (sets, lists) in [
            (&mut devices, &words.devices),
            (&mut networks, &words.networks),
        ] {
            for (name, bands) in lists {
                for band in *bands {
                    put(sets, name, &band.to_string());
                }
            }
        }
        let data = json!({
            "authorised": authorised, "certified": certified, "devices": devices, "networks": networks
        });
        let data = Value::from_json_str(&data.to_string())?;
        let mut interpreter = Interpreter::new();
        interpreter.add_policy("gate.rego".to_owned(), POLICY.to_owned())?;
        interpreter.add_data(data.clone())?;
        let entry: Rc<str> = Rc::from("data.gate.failed");
        let policy = interpreter.compile_with_entrypoint(&entry)?;
        let program = Compiler::compile_from_policy(&policy, &[&entry])?;
        let mut machine = RegoVM::new_with_policy(policy);
        machine.load_program(program);
        machine.set_data(data)?;
        let inputs: Result<Vec<Value>, _> = words
            .offers
            .iter()
            .map(|one| {
                let input = json!({
                    "brand": one.brand, "seller": one.seller, "variant": one.variant, "network": NETWORK
                });
                Value::from_json_str(&input.to_string())
            })
            .collect();
        Ok(Self {
            machine,
            inputs: inputs?,
        })
    }
}

impl Engine for Rego {
    fn name(&self) -> String {
        "regorus, virtual machine, input prebuilt".to_owned()
    }

    fn failed(&mut self, offer: usize) -> Outcome<u8> {
        self.machine.set_input(self.inputs[offer].clone());
        let failed = self.machine.execute()?;
        let mut bits = 0;
        for word in failed.as_set()? {
            bits |= bit(word.as_string()?);
        }
        Ok(bits)
    }
}
