"""Sickle, the OAI-PMH client that harvesters in Python are built on, against a server on loopback."""

import warnings
from pathlib import Path

import pytest

from api.harvest.oai import protocol
from api.settings import Settings
from tests.support.followed import AIR, WATER, Followed
from tests.support.live import live

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its own regular expressions
    import sickle
    from sickle import oaiexceptions


def test_sickle_reads_everything_and_then_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "RECORDS", 1)
    followed = Followed(tmp_path)
    followed.publish()
    with live(Settings(data=followed.data)) as server:
        client = sickle.Sickle(f"{server.address}/oai")
        identity = client.Identify()
        assert identity.deletedRecord == "persistent"
        records = list(client.ListRecords(metadataPrefix="dcat_ap"))
        assert {record.header.identifier for record in records} == {AIR, WATER}
        assert {one.setSpec for one in client.ListSets()} > {"hvd", "theme:ENVI"}
        assert [one.metadataPrefix for one in client.ListMetadataFormats()] == ["oai_dc", "dcat_ap", "dcat_ap_hvd"]
        since = max(record.header.datestamp for record in records)
    followed.publish(water=None)
    with live(Settings(data=followed.data)) as server:
        client = sickle.Sickle(f"{server.address}/oai")
        found = client.ListRecords(**{"metadataPrefix": "oai_dc", "from": since})
        assert {record.header.identifier: record.deleted for record in found}[WATER]
        kept = list(client.ListRecords(metadataPrefix="oai_dc", ignore_deleted=True))
        assert [record.header.identifier for record in kept] == [AIR]
        assert kept[0].metadata["title"] == ["Air", "Loft"]
        with pytest.raises(oaiexceptions.NoRecordsMatch):
            client.ListRecords(metadataPrefix="oai_dc", set="theme:NONE", until="1999-01-01")
        with pytest.raises(oaiexceptions.IdDoesNotExist):
            client.GetRecord(identifier="http://a.example/never", metadataPrefix="oai_dc")
