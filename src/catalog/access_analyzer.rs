//! IAM Access Analyzer: every operation of botocore's `accessanalyzer`.
//!
//! One of them, `CreateAnalyzer`, is in a sample record of AWS; the `readOnly` of all is inferred.
//!
//! Imports the columns from [`super`], whose page explains them; looked up through [`super::of`].
//!
//! - Operations: <https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Operations.html>
//! - Access levels: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamaccessanalyzer.html>
//! - In CloudTrail: <https://docs.aws.amazon.com/IAM/latest/UserGuide/logging-using-cloudtrail.html>

use super::Seen::{Documented, Modelled};
use super::Service::AccessAnalyzer;
use super::{Event, LIST, READ, TAGGING, UNRATED, WRITE};

/// Sorted by name, one row a line.
#[rustfmt::skip]
pub(super) const EVENTS: &[Event] = &[
    AccessAnalyzer.rw("ApplyArchiveRule", WRITE, None, Modelled),
    AccessAnalyzer.rw("CancelPolicyGeneration", WRITE, None, Modelled),
    AccessAnalyzer.ro("CheckAccessNotGranted", READ, None, Modelled),
    AccessAnalyzer.ro("CheckNoNewAccess", READ, None, Modelled),
    AccessAnalyzer.ro("CheckNoPublicAccess", READ, None, Modelled),
    AccessAnalyzer.rw("CreateAccessPreview", WRITE, None, Modelled),
    AccessAnalyzer.rw("CreateAnalyzer", WRITE, None, Documented),
    AccessAnalyzer.rw("CreateArchiveRule", WRITE, None, Modelled),
    AccessAnalyzer.rw("CreateServiceLinkedAnalyzer", UNRATED, None, Modelled),
    AccessAnalyzer.rw("DeleteAnalyzer", WRITE, None, Modelled),
    AccessAnalyzer.rw("DeleteArchiveRule", WRITE, None, Modelled),
    AccessAnalyzer.rw("DeleteServiceLinkedAnalyzer", UNRATED, None, Modelled),
    AccessAnalyzer.rw("GenerateFindingRecommendation", WRITE, None, Modelled),
    AccessAnalyzer.ro("GetAccessPreview", READ, None, Modelled),
    AccessAnalyzer.ro("GetAnalyzedResource", READ, None, Modelled),
    AccessAnalyzer.ro("GetAnalyzer", READ, None, Modelled),
    AccessAnalyzer.ro("GetArchiveRule", READ, None, Modelled),
    AccessAnalyzer.ro("GetFinding", READ, None, Modelled),
    AccessAnalyzer.ro("GetFindingRecommendation", READ, None, Modelled),
    AccessAnalyzer.ro("GetFindingV2", UNRATED, None, Modelled),
    AccessAnalyzer.ro("GetFindingsStatistics", READ, None, Modelled),
    AccessAnalyzer.ro("GetGeneratedPolicy", READ, None, Modelled),
    AccessAnalyzer.ro("ListAccessPreviewFindings", READ, None, Modelled),
    AccessAnalyzer.ro("ListAccessPreviews", LIST, None, Modelled),
    AccessAnalyzer.ro("ListAnalyzedResources", READ, None, Modelled),
    AccessAnalyzer.ro("ListAnalyzers", LIST, None, Modelled),
    AccessAnalyzer.ro("ListArchiveRules", LIST, None, Modelled),
    AccessAnalyzer.ro("ListFindings", READ, None, Modelled),
    AccessAnalyzer.ro("ListFindingsV2", UNRATED, None, Modelled),
    AccessAnalyzer.ro("ListPolicyGenerations", READ, None, Modelled),
    AccessAnalyzer.ro("ListTagsForResource", READ, None, Modelled),
    AccessAnalyzer.rw("StartPolicyGeneration", WRITE, None, Modelled),
    AccessAnalyzer.rw("StartResourceScan", WRITE, None, Modelled),
    AccessAnalyzer.rw("TagResource", TAGGING, None, Modelled),
    AccessAnalyzer.rw("UntagResource", TAGGING, None, Modelled),
    AccessAnalyzer.rw("UpdateAnalyzer", WRITE, None, Modelled),
    AccessAnalyzer.rw("UpdateArchiveRule", WRITE, None, Modelled),
    AccessAnalyzer.rw("UpdateFindings", WRITE, None, Modelled),
    AccessAnalyzer.ro("ValidatePolicy", READ, None, Modelled),
];
