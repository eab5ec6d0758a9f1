"""Retrains every night, by Airflow's SparkSubmitOperator (apache-airflow-providers-apache-spark).

An attempt that Airflow makes while the one before still lives, as after a lost connection, finds the registry held and ends with exit
status 75, which changes nothing. After an attempt that died the next one goes on from the last checkpoint.
"""

from datetime import timedelta

import pendulum
from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

with DAG(
    dag_id="convoy_retrain_flowers",
    schedule="0 3 * * *",
    start_date=pendulum.datetime(2026, 1, 1, tz="Europe/Berlin"),
    catchup=False,  # one retraining takes all days that are new
    max_active_runs=1,
) as dag:
    SparkSubmitOperator(
        task_id="retrain",
        conn_id="spark_default",
        application="/srv/convoy/convoy.jar",
        java_class="convoy.jobs.Main",
        jars="/srv/convoy/convoy-libtorch.jar",
        application_args=["retrain", "hdfs:///pipelines/flowers.yaml"],
        num_executors=4,
        executor_cores=8,
        executor_memory="16g",
        retries=3,
        retry_delay=timedelta(minutes=10),
    )
