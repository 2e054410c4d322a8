//! Requirement sets, test reports and what a certification rests on, as JSON.

use domain::certification::{Builds, RequirementSet, TestReport, Tests};
use domain::figure::{Bound, Figure, Measured, Threshold};
use domain::policy::{Level, Service};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CodecError;

/// Software builds, both ends included. Compared piece by piece, runs of digits as numbers.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Builds)]
pub struct BuildsJson {
    /// The first; left out: all up to the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<String>,
    /// The last; left out: all from the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<String>,
}

/// A service with a level.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = ServiceLevel)]
pub struct ServiceLevelJson {
    /// `voice`, `messages`, `data`, `emergency_call` or `five_g`.
    service: String,
    /// `full`, `partial`, `fallback_only` or `none`.
    level: String,
}

/// What is asked of a figure: `at_least` or `at_most`.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Threshold)]
pub struct ThresholdJson {
    /// Its name.
    figure: String,
    /// Not less: a decimal number as text, `18.5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<String>,
    /// Not more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_most: Option<String>,
    /// Its unit; nothing is converted.
    unit: String,
}

/// A figure that was measured.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq, ToSchema)]
#[schema(as = Measured)]
pub struct FigureJson {
    /// Its name.
    figure: String,
    /// A decimal number as text.
    value: String,
    /// Its unit.
    unit: String,
}

impl BuildsJson {
    pub fn write(builds: &Builds) -> Option<Self> {
        let text = |build: &Option<_>| build.as_ref().map(ToString::to_string);
        (*builds != Builds::ANY).then(|| Self {
            first: text(&builds.first),
            last: text(&builds.last),
        })
    }
}

pub fn read_builds(builds: Option<&BuildsJson>) -> Result<Builds, CodecError> {
    let Some(builds) = builds else {
        return Ok(Builds::ANY);
    };
    let read = |text: &Option<String>| text.as_ref().map(|text| text.parse()).transpose();
    Ok(Builds::new(read(&builds.first)?, read(&builds.last)?)?)
}

impl ServiceLevelJson {
    pub fn write((service, level): &(Service, Level)) -> Self {
        Self {
            service: service.name().to_owned(),
            // A word here is one word.
            level: level.name().replace(' ', "_"),
        }
    }

    fn read(&self) -> Result<(Service, Level), CodecError> {
        Ok((self.service.parse()?, self.level.parse()?))
    }
}

impl ThresholdJson {
    pub fn write(threshold: &Threshold) -> Self {
        let (at_least, at_most) = match threshold.bound {
            Bound::AtLeast(value) => (Some(value.to_string()), None),
            Bound::AtMost(value) => (None, Some(value.to_string())),
        };
        Self {
            figure: threshold.figure.name().to_owned(),
            at_least,
            at_most,
            unit: threshold.figure.unit().to_owned(),
        }
    }

    fn read(&self) -> Result<Threshold, CodecError> {
        let bound = match (&self.at_least, &self.at_most) {
            (Some(least), None) => Bound::AtLeast(least.parse()?),
            (None, Some(most)) => Bound::AtMost(most.parse()?),
            _ => {
                let name = &self.figure;
                let detail = format!("{name:?} needs at_least or at_most, one of the two");
                return Err(CodecError(detail));
            }
        };
        let figure = Figure::new(&self.figure, &self.unit)?;
        Ok(Threshold { figure, bound })
    }
}

impl FigureJson {
    pub fn write(measured: &Measured) -> Self {
        Self {
            figure: measured.figure.name().to_owned(),
            value: measured.value.to_string(),
            unit: measured.figure.unit().to_owned(),
        }
    }

    fn read(&self) -> Result<Measured, CodecError> {
        Ok(Measured {
            figure: Figure::new(&self.figure, &self.unit)?,
            value: self.value.parse()?,
        })
    }
}

pub fn read_tests(
    requirement_set: Option<&str>,
    reports: &[String],
) -> Result<Option<Tests>, CodecError> {
    let Some(requirement_set) = requirement_set else {
        if reports.is_empty() {
            return Ok(None);
        }
        let detail = "test reports need the requirement_set that they are on";
        return Err(CodecError(detail.to_owned()));
    };
    let tests = Tests {
        requirement_set: requirement_set.parse()?,
        reports: all(reports, |id| Ok(id.parse()?))?,
    };
    tests.check()?;
    Ok(Some(tests))
}

fn all<T, U>(
    values: &[T],
    read: impl Fn(&T) -> Result<U, CodecError>,
) -> Result<Vec<U>, CodecError> {
    values.iter().map(read).collect()
}

pub fn read_set(
    network: &str,
    bands: &[String],
    services: &[ServiceLevelJson],
    minima: &[ThresholdJson],
) -> Result<RequirementSet, CodecError> {
    let set = RequirementSet {
        network: network.parse()?,
        bands: all(bands, |band| Ok(band.parse()?))?,
        services: all(services, ServiceLevelJson::read)?,
        minima: all(minima, ThresholdJson::read)?,
    };
    set.check()?;
    Ok(set)
}

pub fn read_report(
    [variant, requirement_set, laboratory, build]: [&String; 4],
    bands: &[String],
    services: &[ServiceLevelJson],
    figures: &[FigureJson],
) -> Result<TestReport, CodecError> {
    let report = TestReport {
        variant: variant.parse()?,
        requirement_set: requirement_set.parse()?,
        laboratory: laboratory.parse()?,
        build: build.parse()?,
        bands: all(bands, |band| Ok(band.parse()?))?,
        services: all(services, ServiceLevelJson::read)?,
        figures: all(figures, FigureJson::read)?,
    };
    report.check()?;
    Ok(report)
}
