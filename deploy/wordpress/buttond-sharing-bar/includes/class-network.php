<?php
/**
 * A network of blogs, whose provider decides on the server.
 *
 * @package Buttond_Sharing_Bar
 */

namespace Buttond_Sharing_Bar;

use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * The network's settings and the hosts of its blogs. Network_Page shows both.
 */
final class Network {

	/**
	 * Blogs that are asked for at a time: a network may have many thousands.
	 */
	const PORTION = 100;

	/**
	 * Whether the plugin is active on all blogs of a network.
	 *
	 * @return bool
	 */
	public static function is_active() {
		if ( ! is_multisite() ) {
			return false;
		}
		// WordPress has read this option to get here, so it costs no query.
		$plugins = get_site_option( 'active_sitewide_plugins' );
		return isset( $plugins[ plugin_basename( BUTTOND_SHARING_BAR_FILE ) ] );
	}

	/**
	 * What the network decided: server, script, integrity, offered; no server where it left the choice to its blogs.
	 *
	 * @return array
	 */
	public static function settings() {
		$none   = array(
			'server'    => '',
			'script'    => '',
			'integrity' => '',
			'offered'   => null,
		);
		$stored = self::is_active() ? get_site_option( Settings::NETWORK_OPTION ) : array();
		return is_array( $stored ) ? array_merge( $none, array_intersect_key( $stored, $none ) ) : $none;
	}

	/**
	 * Stores what the network decided.
	 *
	 * @param string $origin The server; '' leaves the choice to the blogs.
	 * @param array  $info   What Server::check() returned; empty where it failed.
	 * @return true|WP_Error As Settings::save().
	 */
	public static function save( $origin, array $info ) {
		$old = get_site_option( Settings::NETWORK_OPTION );
		$new = array( 'server' => $origin ) + array_intersect_key( $info, self::settings() );
		if ( $old === $new || update_site_option( Settings::NETWORK_OPTION, $new ) ) {
			return true;
		}
		return Settings::not_written();
	}

	/**
	 * Takes up what a blog's check found at the network's server, for the blogs that made no check of their own yet.
	 *
	 * @param string $origin The server.
	 * @param array  $info   What Server::check() returned.
	 */
	public static function take_up( $origin, array $info ) {
		if ( self::is_active() && is_main_site() && self::settings()['server'] === $origin ) {
			self::save( $origin, $info );
		}
	}

	/**
	 * The hosts of the network's public addresses, mapped domains too: each once, in the order of the blogs.
	 *
	 * @param int $most Stop after so many blogs; 0 for all.
	 * @return string[]
	 */
	public static function hosts( $most = 0 ) {
		$hosts = array();
		self::each_blog(
			static function () use ( &$hosts ) {
				$host = Address::ascii( (string) wp_parse_url( home_url(), PHP_URL_HOST ) );
				if ( '' !== $host ) {
					$hosts[ $host ] = true;
				}
			},
			array(
				'archived' => 0,
				'deleted'  => 0,
				'spam'     => 0,
			),
			$most
		);
		return array_map( 'strval', array_keys( $hosts ) );
	}

	/**
	 * Calls a function in each blog of the network.
	 *
	 * @param callable $call  Without parameters; in the blog when it is called.
	 * @param array    $which Further arguments of get_sites().
	 * @param int      $most  Stop after so many; 0 for all.
	 */
	public static function each_blog( callable $call, array $which = array(), $most = 0 ) {
		$portion = $most ? min( $most, self::PORTION ) : self::PORTION;
		$offset  = 0;
		do {
			$ids = get_sites(
				$which + array(
					'fields'                 => 'ids',
					'network_id'             => get_current_network_id(),
					'orderby'                => 'id',
					'number'                 => $portion,
					'offset'                 => $offset,
					'update_site_cache'      => false,
					'update_site_meta_cache' => false,
				)
			);
			foreach ( $ids as $id ) {
				switch_to_blog( $id );
				$call();
				restore_current_blog();
			}
			$offset += $portion;
			$found   = count( $ids );
		} while ( $found === $portion && ( ! $most || $offset < $most ) );
	}
}
