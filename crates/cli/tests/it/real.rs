//! The files as their publishers ship them: are the known answers given?

use crate::program::{Program, shared};

/// Files of the story's question, below the shared folder.
const FILES: [&str; 6] = [
    "data/networks/carrier_bands_irlbox_2026-04.csv",
    "data/networks/tmobile_us_bands_2015.csv",
    "data/networks/mcc_mnc_wikipedia_npm_1.1.11.json",
    "data/device-specs/xiaomi_gsmarena_2024-10.jsonl.zst",
    "data/gms-certified/supported_devices_2025-01-20.csv.zst",
    "data/bands/lte_bands_ts36104_v19.csv",
];

#[test]
fn the_publishers_files_are_read_and_the_known_answers_come_out() {
    let Some(shared) = shared() else {
        return;
    };
    let program = Program::new();
    let files: Vec<String> = FILES
        .iter()
        .map(|file| shared.join(file).display().to_string())
        .collect();
    let mut args = vec!["import", "--json"];
    args.extend(files.iter().map(String::as_str));
    let said = program.call(&args);
    let answer = said.json();
    let rows: Vec<(u64, u64, u64)> = answer["files"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|file| {
            let count = |key: &str| file[key].as_u64().expect("a number");
            (
                count("rows"),
                count("rows_with_facts"),
                count("rows_with_faults"),
            )
        })
        .collect();
    let expected = [
        (63, 63, 0),
        (9, 9, 0),
        (3_094, 3_085, 9),
        (359, 359, 0),
        (45_832, 45_832, 0),
        (73, 73, 0),
    ];
    assert_eq!(rows, expected);
    said.ends(0);

    for network in ["T-Mobile", "T-Mobile US"] {
        let args = ["check", "-d", "Mi 4i", "-c", "US", "-n", network, "--at"];
        let out = program.call(&[&args[..], &["2016-02-01"]].concat()).ends(1);
        for line in [
            "  Voice           fallback only",
            "  Data            fallback only",
            "  GSM             1900 in common",
            "  UMTS            B2 in common; the device lacks B4",
            "  LTE             none in common; the device lacks B2, B4, B12",
        ] {
            assert!(out.contains(line), "{network}: no {line:?} in\n{out}");
        }
        let out = program.call(&[&args[..], &["2026-11-24"]].concat()).ends(2);
        for words in [
            ": disputed.",
            "Going by LTE and NR bands per carrier, IRLbox (2026-04): LTE none in common",
            "Going by Mobile network codes, Wikipedia (2024-12-13): LTE B41 in common",
        ] {
            assert!(out.contains(words), "{network}: no {words:?} in\n{out}");
        }
    }
}

#[test]
fn what_was_set_aside_in_a_row_is_shown_where_it_is_asked_for() {
    let Some(shared) = shared() else {
        return;
    };
    let program = Program::new();
    let file = shared.join(FILES[1]).display().to_string();
    let out = program.call(&["import", &file]).ends(0);
    assert!(
        out.contains("8 remarks on rows that were read; --remarks shows them"),
        "{out}"
    );
    let out = program.call(&["import", "--remarks", &file]).ends(0);
    assert_eq!(out.matches("band.not_in_service").count(), 3, "{out}");
}

#[test]
fn the_publishers_feeds_are_read_as_feeds() {
    let Some(shared) = shared() else {
        return;
    };
    let program = Program::new();
    for (file, offers) in [
        ("smartstore_ua_google_merchant.xml", "feed of 56 offers"),
        ("sooq_alemarat_google_merchant.csv", "feed of 5 offers"),
    ] {
        let file = shared.join("data/feeds").join(file).display().to_string();
        program
            .call(&["import", &file])
            .fails(64, &[offers, "--seller"]);
    }
}

#[test]
fn a_folder_of_the_publishers_network_lists_adds_up() {
    let Some(shared) = shared() else {
        return;
    };
    let program = Program::new();
    let folder = shared.join("data/networks").display().to_string();
    let said = program.call(&["import", "--json", &folder, "--faults", "faults.csv"]);
    let answer = said.json();
    let together = |key: &str| answer["together"][key].as_u64().expect("a number");
    assert_eq!(together("files"), 14);
    assert_eq!(
        together("rows"),
        63 + 9 + 3_094 + 2_599 + 2_383 + 3_500 + 2_535 + 345 + 3_991 + PACKED
    );
    assert_eq!(
        together("rows"),
        together("rows_with_facts") + together("rows_with_faults")
    );
    assert_eq!(together("faults"), 9 + 17 + 1);
    let table = std::fs::read_to_string(program.home().join("faults.csv")).expect("written");
    let lines = table.lines().count() as u64;
    assert_eq!(lines, 1 + together("faults") + together("remarks"));
    said.ends(0);
    // A list without bands is no source of bands.
    let args = ["check", "-d", "Mi 4i", "-c", "US", "-n", "T-Mobile"];
    let out = program.call(&args).out;
    assert!(!out.contains("musalbas"), "{out}");
}

/// Folders of the publishers' files below the shared one, with the files that are read in each.
const FOLDERS: [(&str, u64); 5] = [
    ("offers", 8),
    ("stolen-register", 3),
    ("xiaomi", 6),
    ("feeds", 9),
    ("model-codes", 44),
];

#[test]
fn every_file_of_devices_and_offers_is_read_and_the_counts_add_up() {
    let Some(shared) = shared() else {
        return;
    };
    let program = Program::new();
    let mut rows = 0;
    for (folder, count) in FOLDERS {
        let folder = shared.join("data").join(folder).display().to_string();
        let said = program.call(&["import", "--json", &folder]);
        let answer = said.json();
        let together = |key: &str| answer["together"][key].as_u64().expect("a number");
        assert_eq!(together("files"), count, "{folder}");
        let parts = together("rows_with_facts") + together("rows_with_faults");
        assert_eq!(together("rows"), parts, "{folder}");
        rows += together("rows");
        let not_read = answer["not_read"].as_array().expect("a list").len();
        // MobileModels' page on how codes are formed is prose.
        let prose = usize::from(folder.ends_with("model-codes"));
        assert_eq!(not_read, prose, "{folder}");
        said.ends(0);
    }
    let offers = 20_705 + 319_626 + 280 + 4_791 + 4_422 + 936 + 1_628 + 50_000;
    let register = 41_574 + 9_775 + 4_755;
    let xiaomi = 327 + 2_428 + 2_428 + 1_277 + 399 + 102;
    let feeds = 56 + 5 + 5 + 2 + 1 + 1 + 1 + 5_595 + 78;
    assert_eq!(rows, offers + register + xiaomi + feeds + MODEL_CODES);

    let list = program.call(&["import", "--list"]).ends(0);
    assert!(
        list.lines().all(|line| line.chars().count() <= 100),
        "{list}"
    );
    assert!(list.contains("synthetic_resale_50k.csv.zst  synthetic-resale"));
    let folder = shared.join("data/xiaomi").display().to_string();
    let again = program.call(&["import", &folder]).ends(0);
    assert_eq!(again.matches("known already").count(), 6, "{again}");
    // What was typed into a register names a code's phone where no list does, and says so; it is no name to ask by.
    let check = |asked: &str| program.call(&["check", "-c", "US", "-n", "T-Mobile", "-d", asked]);
    let out = check("35351900").ends(2);
    assert!(out.contains("register of stolen phones (2026-08-08), public list: ИНМАРКА"));
    check("ДООGEE Т5").fails(66, &["no device goes by \"ДООGEE Т5\""]);
}

/// Rows of the carrier list, the carrier configuration and its flags, the packed access points, the providers.
const PACKED: u64 = 1_514 + 374 + 372 + 3_991 + 700;

/// Rows of MobileModels: of the table, and of the pages with what is struck out.
const MODEL_CODES: u64 = 12_019 + 11_189;

/// Files that name devices, below the shared folder, with rows, rows with facts, rows with faults.
const DEVICES: [(&str, [u64; 3]); 8] = [
    ("networks/tmobile_us_bands_2015.csv", [9, 9, 0]),
    ("tac/osmocom_tacdb_copy2026.csv.zst", [22_527, 22_527, 0]),
    ("tac/osmocom_tacdb_copy2018.csv.zst", [25_175, 24_395, 780]),
    ("tac/samsung_tacs_2026-05.csv", [8_575, 8_565, 10]),
    (
        "gms-certified/supported_devices_2022-01-18.csv.zst",
        [35_244, 35_244, 0],
    ),
    (
        "gms-certified/xiaomi_certified_2026-08-15.json",
        [802, 802, 0],
    ),
    (
        "device-specs/gsmarena_2021-02_decoded.jsonl.zst",
        [10_592, 10_592, 0],
    ),
    (
        "device-specs/xiaomi_gsmarena_2024-10.jsonl.zst",
        [359, 359, 0],
    ),
];

#[test]
fn a_phone_is_found_by_allocation_code_code_name_code_and_name_each_with_its_sources() {
    let Some(shared) = shared() else {
        return;
    };
    let program = Program::new();
    let files = DEVICES.map(|(file, _)| shared.join("data").join(file).display().to_string());
    let mut args = vec!["import", "--json"];
    args.extend(files.iter().map(String::as_str));
    let answer = program.call(&args).json();
    for ((file, counts), read) in DEVICES
        .iter()
        .zip(answer["files"].as_array().expect("a list"))
    {
        let keys = ["rows", "rows_with_facts", "rows_with_faults"];
        assert_eq!(
            keys.map(|key| read[key].as_u64()),
            counts.map(Some),
            "{file}"
        );
    }

    let check = |device: &str, more: &[&str]| {
        let args = [
            "check",
            "-d",
            device,
            "-c",
            "US",
            "-n",
            "T-Mobile",
            "--at",
            "2016-02-01",
        ];
        program.call(&[&args[..], more].concat())
    };
    for asked in ["86763402", "ferrari", "2015015", "Mi 4i", "Xiaomi Mi 4i"] {
        let out = check(asked, &[]).ends(1);
        for line in [
            "  GSM             1900 in common",
            "  UMTS            B2 in common; the device lacks B4",
            "  LTE             none in common; the device lacks B2, B4, B12",
            "Specifications of all brands, GSMArena (2021-02)",
            "Xiaomi specifications, GSMArena (2024-10)",
        ] {
            assert!(out.contains(line), "{asked}: no {line:?} in\n{out}");
        }
        let answer = check(asked, &["--json"]).json()["checked"].take();
        let licences = answer["licences"].to_string();
        assert!(licences.contains("GPL-3.0 (collection)"), "{licences}");
        let sources = answer["platform"].to_string();
        assert!(sources.contains("2022-01-18"), "{asked}: {sources}");
        // Only the allocation codes' own lists know the phone by name alone.
        let names = answer["names"].as_array().expect("a list");
        assert_eq!(names.len(), 2, "{asked}: {names:?}");
        assert!(names.iter().all(|one| one["name"] == "Xiaomi Mi 4i"));
        assert!(licences.contains("CC BY-SA 3.0"), "{licences}");
    }

    // One list says Siemens, another gives the codes of a Samsung: neither is taken.
    check("35647100", &[]).fails(65, &["Siemens A70", "Galaxy A70"]);
    check("22222222", &[]).fails(66, &["made it up"]);
    // Known to Samsung's list by model codes only; another list knows what they are of.
    let out = check("09167513", &["--json"]).json()["checked"].take();
    assert_eq!(out["device"], "Samsung Galaxy Note9");

    // Names that may not be used for trade say so wherever they are shown.
    let names = shared.join("data/model-codes/mobilemodels_parsed.tsv.zst");
    program
        .call(&["import", &names.display().to_string()])
        .ends(0);
    let answer = check("2015015", &["--json"]).json()["checked"].take();
    assert!(answer["names"].to_string().contains("MobileModels"));
    assert!(answer["licences"].to_string().contains("CC BY-NC-SA 4.0"));
}
